"""What all forms of files share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """Unknown keys are errors, and `"5"` is no number."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
