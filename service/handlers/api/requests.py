"""What several resources are asked with: a body that holds nothing unknown, a place in the path, a limit."""

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InstancePath(BaseModel):
    instance_id: int = Field(ge=1, lt=2**31)


class Limit(BaseModel):
    limit: int = Field(default=50, ge=1, le=200)
