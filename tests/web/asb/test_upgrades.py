"""What holds for the police site's upgrades holds for this site's, sealed values and all."""

from ..police.test_upgrades import (  # noqa: F401  (they run here under this site's settings)
    migrated,
    old_site,
    test_every_app_that_was_ever_changed_has_a_state_before_its_latest_change,
    test_init_brings_the_first_site_that_ever_was_up_to_date,
    test_what_was_in_a_site_before_a_change_is_there_after_it,
)
