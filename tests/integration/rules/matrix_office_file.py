"""What becomes of every (state, movement) of an office file, written by hand from the design's table.

A cell is the state that follows, or the code of the refusal. In parentheses: the actor does not see the file at
all, so that acceptance knows no such file, and the code is what the step would answer.

The file was registered by the clerk and put up to the superintendent (in_transit: not received yet; closed: by the
superintendent; attached: to another in his hand; cancelled: by the clerk, before it left). ``settle_condition`` is
tried on a file with an open condition, ``unlink`` on one that is linked, ``confirm`` and ``decline`` on a closed
one which the superintendent has proposed to reopen.
"""

ACTORS = {
    "holder": "superintendent",
    "sender": "clerk",
    "superior": "officer",
    "records": "record_room",
    "stranger": "stranger",
}

MATRIX = {
    "in_hand": """
                      holder          sender          superior        records         stranger
    register          unknown-action  unknown-action  unknown-action  unknown-action  (unknown-action)
    receive           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    forward           in_transit      not-holder      not-holder      not-holder      (not-holder)
    return            in_transit      not-holder      not-holder      not-holder      (not-holder)
    note              in_hand         not-holder      not-holder      not-holder      (not-holder)
    approve           in_hand         not-holder      not-holder      not-holder      (not-holder)
    settle_condition  in_hand         not-holder      not-holder      not-holder      (not-holder)
    pull_back         wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_up           not-superior    not-superior    in_hand         not-superior    (not-superior)
    park              parked          not-holder      not-holder      not-holder      (not-holder)
    bring_up          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    close             closed          not-holder      not-holder      not-holder      (not-holder)
    reopen            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document      in_hand         not-holder      not-holder      not-holder      (not-holder)
    link              in_hand         not-holder      not-holder      not-holder      (not-holder)
    unlink            in_hand         not-holder      not-holder      not-holder      (not-holder)
    part              in_hand         not-holder      not-holder      not-holder      (not-holder)
    volume            in_hand         not-holder      not-holder      not-holder      (not-holder)
    attach            attached        not-holder      not-holder      not-holder      (not-holder)
    detach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    merge             closed          not-holder      not-holder      not-holder      (not-holder)
    amend_particulars in_hand         not-holder      not-holder      not-holder      (not-holder)
    reassign          lacks-power     lacks-power     lacks-power     lacks-power     (lacks-power)
    cancel            lacks-power     left-already    lacks-power     lacks-power     (lacks-power)
    confirm           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    decline           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    """,
    "in_transit": """
                      holder          sender          superior        records         stranger
    register          unknown-action  unknown-action  unknown-action  unknown-action  (unknown-action)
    receive           in_hand         not-addressed   not-addressed   not-addressed   (not-addressed)
    forward           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    return            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    note              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    approve           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    settle_condition  wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back         not-sender      in_hand         not-sender      not-sender      (not-sender)
    pull_up           not-superior    not-superior    in_hand         not-superior    (not-superior)
    park              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    bring_up          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    close             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reopen            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document      in_transit      not-holder      not-holder      not-holder      (not-holder)
    link              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    unlink            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    part              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    volume            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    attach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    detach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    merge             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    amend_particulars wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reassign          lacks-power     lacks-power     lacks-power     lacks-power     (lacks-power)
    cancel            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    decline           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    """,
    "parked": """
                      holder          sender          superior        records         stranger
    register          unknown-action  unknown-action  unknown-action  unknown-action  (unknown-action)
    receive           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    forward           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    return            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    note              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    approve           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    settle_condition  wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back         wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_up           not-superior    not-superior    in_hand         not-superior    (not-superior)
    park              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    bring_up          in_hand         not-holder      not-holder      not-holder      (not-holder)
    close             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reopen            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document      parked          not-holder      not-holder      not-holder      (not-holder)
    link              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    unlink            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    part              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    volume            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    attach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    detach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    merge             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    amend_particulars wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reassign          lacks-power     lacks-power     lacks-power     lacks-power     (lacks-power)
    cancel            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    decline           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    """,
    "closed": """
                      holder          sender          superior        records         stranger
    register          unknown-action  unknown-action  unknown-action  unknown-action  (unknown-action)
    receive           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    forward           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    return            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    note              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    approve           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    settle_condition  wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back         wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_up           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    park              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    bring_up          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    close             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reopen            closed          not-closer      not-closer      closed          (not-closer)
    add_document      wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    link              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    unlink            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    part              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    volume            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    attach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    detach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    merge             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    amend_particulars wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reassign          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm           same-person     not-second      in_hand         not-second      (not-second)
    decline           same-person     not-second      closed          not-second      (not-second)
    """,
    "attached": """
                      holder          sender          superior        records         stranger
    register          unknown-action  unknown-action  unknown-action  unknown-action  (unknown-action)
    receive           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    forward           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    return            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    note              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    approve           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    settle_condition  wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back         wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_up           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    park              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    bring_up          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    close             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reopen            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document      wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    link              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    unlink            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    part              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    volume            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    attach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    detach            in_hand         not-holder      not-holder      not-holder      (not-holder)
    merge             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    amend_particulars wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reassign          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    decline           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    """,
    "cancelled": """
                      holder          sender          superior        records         stranger
    register          unknown-action  unknown-action  unknown-action  unknown-action  (unknown-action)
    receive           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    forward           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    return            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    note              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    approve           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    settle_condition  wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back         wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_up           wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    park              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    bring_up          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    close             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reopen            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document      wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    link              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    unlink            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    part              wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    volume            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    attach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    detach            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    merge             wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    amend_particulars wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    reassign          wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel            wrong-state     wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    decline           no-proposal     no-proposal     no-proposal     no-proposal     (no-proposal)
    """,
}
