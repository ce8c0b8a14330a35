"""What becomes of every (state, movement) of a complaint, written by hand from the design's table.

A cell is the state that follows, or the code of the refusal. In parentheses: the actor does not see the complaint
at all, so that acceptance knows no such docket, and the code is what the step would answer.

The complaint was registered by the hub and, from ``assigned`` on, given to the junior engineer.
"""

ACTORS = {
    "officer": "junior",
    "hub": "hub",
    "calling": "calling",
    "superior": "engineer",
    "stranger": "stranger",
}

MATRIX = {
    "registered": """
                   officer            hub                calling            superior           stranger
    register       (unknown-action)   unknown-action     unknown-action     (unknown-action)   (unknown-action)
    assign         (lacks-power)      assigned           lacks-power        (lacks-power)      (lacks-power)
    receive        (wrong-state)      wrong-state        wrong-state        (wrong-state)      (wrong-state)
    attend         (wrong-state)      wrong-state        wrong-state        (wrong-state)      (wrong-state)
    reply          (wrong-state)      wrong-state        wrong-state        (wrong-state)      (wrong-state)
    satisfied      (wrong-state)      wrong-state        wrong-state        (wrong-state)      (wrong-state)
    not_satisfied  (wrong-state)      wrong-state        wrong-state        (wrong-state)      (wrong-state)
    add_document   (not-holder)       registered         not-holder         (not-holder)       (not-holder)
    confirm        (unknown-action)   unknown-action     unknown-action     (unknown-action)   (unknown-action)
    decline        (unknown-action)   unknown-action     unknown-action     (unknown-action)   (unknown-action)
    """,
    "assigned": """
                   officer            hub                calling            superior           stranger
    register       unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    assign         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    receive        in_work            not-addressed      not-addressed      not-addressed      (not-addressed)
    attend         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    reply          wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    satisfied      wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    not_satisfied  wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    add_document   assigned           assigned           not-holder         not-holder         (not-holder)
    confirm        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    decline        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    """,
    "in_work": """
                   officer            hub                calling            superior           stranger
    register       unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    assign         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    receive        wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    attend         in_work            not-holder         not-holder         not-holder         (not-holder)
    reply          replied            not-holder         not-holder         not-holder         (not-holder)
    satisfied      wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    not_satisfied  wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    add_document   in_work            in_work            not-holder         not-holder         (not-holder)
    confirm        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    decline        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    """,
    "replied": """
                   officer            hub                calling            superior           stranger
    register       unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    assign         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    receive        wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    attend         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    reply          wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    satisfied      officer-concerned  lacks-power        closed             lacks-power        (lacks-power)
    not_satisfied  officer-concerned  lacks-power        assigned           lacks-power        (lacks-power)
    add_document   wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    confirm        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    decline        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    """,
    "closed": """
                   officer            hub                calling            superior           stranger
    register       unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    assign         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    receive        wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    attend         wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    reply          wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    satisfied      wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    not_satisfied  wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    add_document   wrong-state        wrong-state        wrong-state        wrong-state        (wrong-state)
    confirm        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    decline        unknown-action     unknown-action     unknown-action     unknown-action     (unknown-action)
    """,
}
