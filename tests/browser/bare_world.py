"""Run inside a new site's shell: a person of each role, who all look at emptiness."""

from patrolwise.web.insight.demo_people import PASSWORD, add_people

add_people()
print(PASSWORD)
