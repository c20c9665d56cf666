"""Why a unit is shown or not, as a model, as text, as a review copy, as a diff and as a table of tags."""
