"""What becomes of every (state, movement) of a receipt, written by hand from the design's table.

A cell is the state that follows, or the code of the refusal. In parentheses: the actor does not see the receipt at
all, so that acceptance knows no such docket, and the code is what the step would answer.

The receipt was diarised by the clerk and, but for the cancelled one, marked to the superintendent (in_file: in a
file that is in his hand).
"""

ACTORS = {
    "holder": "superintendent",
    "sender": "clerk",
    "superior": "officer",
    "stranger": "stranger",
}

MATRIX = {
    "in_hand": """
                    holder          sender          superior        stranger
    diarise         unknown-action  unknown-action  unknown-action  (unknown-action)
    mark            in_transit      not-holder      not-holder      (not-holder)
    receive         wrong-state     wrong-state     wrong-state     (wrong-state)
    return          in_transit      not-holder      not-holder      (not-holder)
    pull_back       wrong-state     wrong-state     wrong-state     (wrong-state)
    put_in_file     in_file         not-holder      not-holder      (not-holder)
    send_after      in_file         not-holder      not-holder      (not-holder)
    take_out        wrong-state     wrong-state     wrong-state     (wrong-state)
    replied         disposed        not-holder      not-holder      (not-holder)
    filed           disposed        not-holder      not-holder      (not-holder)
    no_action       disposed        not-holder      not-holder      (not-holder)
    made_complaint  disposed        not-holder      not-holder      (not-holder)
    cancel          lacks-power     left-already    lacks-power     (lacks-power)
    add_document    in_hand         not-holder      not-holder      (not-holder)
    confirm         unknown-action  unknown-action  unknown-action  (unknown-action)
    decline         unknown-action  unknown-action  unknown-action  (unknown-action)
    """,
    "in_transit": """
                    holder          sender          superior        stranger
    diarise         unknown-action  unknown-action  unknown-action  (unknown-action)
    mark            wrong-state     wrong-state     wrong-state     (wrong-state)
    receive         in_hand         not-addressed   not-addressed   (not-addressed)
    return          wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back       not-sender      in_hand         not-sender      (not-sender)
    put_in_file     wrong-state     wrong-state     wrong-state     (wrong-state)
    send_after      wrong-state     wrong-state     wrong-state     (wrong-state)
    take_out        wrong-state     wrong-state     wrong-state     (wrong-state)
    replied         wrong-state     wrong-state     wrong-state     (wrong-state)
    filed           wrong-state     wrong-state     wrong-state     (wrong-state)
    no_action       wrong-state     wrong-state     wrong-state     (wrong-state)
    made_complaint  wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel          wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document    in_transit      not-holder      not-holder      (not-holder)
    confirm         unknown-action  unknown-action  unknown-action  (unknown-action)
    decline         unknown-action  unknown-action  unknown-action  (unknown-action)
    """,
    "in_file": """
                    holder          sender          superior        stranger
    diarise         unknown-action  unknown-action  unknown-action  (unknown-action)
    mark            wrong-state     wrong-state     wrong-state     (wrong-state)
    receive         wrong-state     wrong-state     wrong-state     (wrong-state)
    return          wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back       wrong-state     wrong-state     wrong-state     (wrong-state)
    put_in_file     wrong-state     wrong-state     wrong-state     (wrong-state)
    send_after      wrong-state     wrong-state     wrong-state     (wrong-state)
    take_out        in_hand         not-holder      not-holder      (not-holder)
    replied         disposed        not-holder      not-holder      (not-holder)
    filed           disposed        not-holder      not-holder      (not-holder)
    no_action       disposed        not-holder      not-holder      (not-holder)
    made_complaint  wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel          wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document    in_file         not-holder      not-holder      (not-holder)
    confirm         unknown-action  unknown-action  unknown-action  (unknown-action)
    decline         unknown-action  unknown-action  unknown-action  (unknown-action)
    """,
    "disposed": """
                    holder          sender          superior        stranger
    diarise         unknown-action  unknown-action  unknown-action  (unknown-action)
    mark            wrong-state     wrong-state     wrong-state     (wrong-state)
    receive         wrong-state     wrong-state     wrong-state     (wrong-state)
    return          wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back       wrong-state     wrong-state     wrong-state     (wrong-state)
    put_in_file     wrong-state     wrong-state     wrong-state     (wrong-state)
    send_after      wrong-state     wrong-state     wrong-state     (wrong-state)
    take_out        wrong-state     wrong-state     wrong-state     (wrong-state)
    replied         wrong-state     wrong-state     wrong-state     (wrong-state)
    filed           wrong-state     wrong-state     wrong-state     (wrong-state)
    no_action       wrong-state     wrong-state     wrong-state     (wrong-state)
    made_complaint  wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel          wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document    wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm         unknown-action  unknown-action  unknown-action  (unknown-action)
    decline         unknown-action  unknown-action  unknown-action  (unknown-action)
    """,
    "cancelled": """
                    holder          sender          superior        stranger
    diarise         unknown-action  unknown-action  unknown-action  (unknown-action)
    mark            wrong-state     wrong-state     wrong-state     (wrong-state)
    receive         wrong-state     wrong-state     wrong-state     (wrong-state)
    return          wrong-state     wrong-state     wrong-state     (wrong-state)
    pull_back       wrong-state     wrong-state     wrong-state     (wrong-state)
    put_in_file     wrong-state     wrong-state     wrong-state     (wrong-state)
    send_after      wrong-state     wrong-state     wrong-state     (wrong-state)
    take_out        wrong-state     wrong-state     wrong-state     (wrong-state)
    replied         wrong-state     wrong-state     wrong-state     (wrong-state)
    filed           wrong-state     wrong-state     wrong-state     (wrong-state)
    no_action       wrong-state     wrong-state     wrong-state     (wrong-state)
    made_complaint  wrong-state     wrong-state     wrong-state     (wrong-state)
    cancel          wrong-state     wrong-state     wrong-state     (wrong-state)
    add_document    wrong-state     wrong-state     wrong-state     (wrong-state)
    confirm         unknown-action  unknown-action  unknown-action  (unknown-action)
    decline         unknown-action  unknown-action  unknown-action  (unknown-action)
    """,
}
