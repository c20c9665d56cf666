"""Why a unit is shown or left out: as data, as text, as a review copy, as a diff and as a table of tags."""
