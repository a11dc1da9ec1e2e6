"""The words of case reviews: what may be chosen, and how it is said."""

TOLD_TO = {
    "council": "The council",
    "police": "The police",
    "landlord": "A landlord",
    "other": "Somebody else",
}
FROM_THE_CASE = "case"  # of a complaint that was taken from an incident of the case
SHOWN_TOLD_TO = {**TOLD_TO, FROM_THE_CASE: "A body of the area, in the case"}
ACTING_AS = {
    "family": "Family or friend",
    "support": "Support worker",
    "elected": "Councillor or MP",
    "other": "Somebody else",
}
CHANNELS = {"page": "On the public page", "phone": "By telephone"}
LEFT_OUT = {
    "other": "It is about another behaviour",
    "again": "It is the same complaint once more",
}
ATTENDED = {
    "came": "Came to the meeting",
    "represented": "Somebody spoke for them",
    "wrote": "Sent word in writing",
    "declined": "Was asked, and did not want to",
    "unreached": "Could not be reached",
}
APPEAL_OUTCOMES = {
    "stands": "The bodies acted rightly: what they decided stands",
    "again": "The bodies are asked to look at it again",
}
CLOSE_REASONS = {
    "finished": "It is finished",
    "withdrawn": "The applicant took it back",
    "again": "The applicant had applied already",
}
PUBLISHED = {  # what must be published
    "requests": "Applications for a case review",
    "threshold_not_met": "Times the threshold was not met",
    "reviews": "Case reviews held",
    "reviews_with_recommendations": "Case reviews that made recommendations",
}
