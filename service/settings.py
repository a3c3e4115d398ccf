"""Everything a machine may set, read once from the environment; what officials may change is in the database."""

import os
import secrets
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import SettingInvalid

PREFIX = "TIBANPING_"


class Settings(BaseSettings):
    """The settings of one process. `Settings.read()` is how everything but a test makes one."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data: Path = Field(
        default=Path("var"),
        description="数据文件夹：内置数据库、附件、密钥都放在这里；备份时一并备份。",
    )
    database_url: str = Field(
        default="",
        description=(
            "数据库地址：sqlite:///文件路径 或 postgresql://用户名:密码@主机/数据库名；"
            "不填时使用数据文件夹里的 tibanping.db。"
        ),
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description=(
            "会话、令牌和评价校验值的签名密钥，至少 32 个字符；不填时自动生成并存入数据文件夹。"
            "更换后，以前的评价不能再核对是否改动过。"
        ),
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="网页服务监听的地址；0.0.0.0 表示所有网卡。",
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="网页服务监听的端口，0 到 65535 之间的整数。"
    )
    threads: int = Field(
        default=8, ge=1, le=64, description="网页服务同时处理的请求数，1 到 64 之间的整数。"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="日志级别：DEBUG、INFO、WARNING 或 ERROR。"
    )
    processes: Path | None = Field(
        default=None,
        description="流程图所在的文件夹；不填时使用程序自带的流程图。",
    )
    max_upload_mb: int = Field(
        default=20, ge=1, le=500, description="单个附件的最大兆字节数，1 到 500 之间的整数。"
    )
    max_request_mb: int = Field(
        default=60, ge=1, le=2000, description="一次提交的最大兆字节数，1 到 2000 之间的整数。"
    )
    max_attachments: int = Field(
        default=20, ge=1, le=200, description="一个表单最多附几个文件，1 到 200 之间的整数。"
    )
    password_passes: int = Field(
        default=3, ge=1, le=20, description="核对一次密码计算几遍（argon2），1 到 20 之间的整数。"
    )
    password_memory_kib: int = Field(
        default=65536,
        ge=32,
        le=1048576,
        description="核对一次密码用多少内存（argon2，KiB），32 到 1048576 之间的整数；越大越难破解。",
    )
    secure_cookies: bool = Field(
        default=False,
        description="只在 HTTPS 上发送登录凭据：true 或 false；对外提供服务时应为 true。",
    )
    base_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+(/\S*)?)?$",
        description=(
            "本系统对外的地址，写在消息的链接里，如 https://tbp.example.gov.cn；"
            "不填时用网页服务监听的地址，只有本机能打开。"
        ),
    )
    smtp_host: str = Field(default="", description="邮件服务器的地址；不填时不发电子邮件。")
    smtp_port: int = Field(
        default=587, ge=1, le=65535, description="邮件服务器的端口，1 到 65535 之间的整数。"
    )
    smtp_security: Literal["starttls", "ssl", "none"] = Field(
        default="starttls",
        description="与邮件服务器怎样加密：starttls、ssl 或 none（只用于本机的中继）。",
    )
    smtp_user: str = Field(default="", description="邮件服务器的登录名；不需要登录时不填。")
    smtp_password: str = Field(
        default="", repr=False, description="邮件服务器的密码；不需要登录时不填。"
    )
    smtp_from: str = Field(default="", description="发件地址，如 tibanping@example.gov.cn。")
    smtp_timeout: float = Field(
        default=20, ge=1, le=120, description="等邮件服务器应答多少秒，1 到 120。"
    )
    sms_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="短信网关（或即时通讯）的接收地址，http 或 https；不填时不发短信。",
    )
    sms_secret: str = Field(
        default="",
        repr=False,
        description="与短信网关约定的签名密钥，至少 16 个字符；每个请求用它签名。",
    )
    sms_timeout: float = Field(
        default=20, ge=1, le=120, description="等短信网关应答多少秒，1 到 120。"
    )

    @classmethod
    def read(cls, **given: Any) -> "Settings":
        """Return the settings of this process, given ones first, then the environment's, then the defaults."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingInvalid(_sentence(error)) from error

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("too short")
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data / 'tibanping.db'}")
        return self

    @property
    def address(self) -> str:
        """The address people reach the service at, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def uploads(self) -> Path:
        """The folder of diagrams that were handed in and are not deployed yet."""
        return self.data / "uploads"

    @property
    def attachments(self) -> Path:
        """The folder of uploaded files, each under its sha256."""
        return self.data / "attachments"

    def signing_key(self) -> str:
        """Return the secret key; the first process of an installation makes one and the others find it."""
        return self.secret_key or _kept_secret(self.data)

    def diagrams(self) -> Path:
        """Return the folder of diagrams: the one that was set, the repository's, or the packaged one."""
        if self.processes is not None:
            return _folder(self.processes)
        service = Path(__file__).parent
        candidates = (service.parent / "processes", service / "_processes")
        return next((folder for folder in candidates if any(folder.glob("*.bpmn"))), candidates[0])


_SECRETS = frozenset({"secret_key", "smtp_password", "sms_secret"})
"""Never shown, not even when they are refused."""


def _sentence(error: ValidationError) -> str:
    [first, *_] = error.errors()
    name = str(first["loc"][0]) if first["loc"] else "data"
    description = Settings.model_fields[name].description
    shown = "" if name in _SECRETS else f"（现在是 {str(first.get('input'))!r}）"
    return f"设置 {PREFIX}{name.upper()} 不正确{shown}。{description}请改正后重新启动。"


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise SettingInvalid(
            f"设置 {PREFIX}PROCESSES 指向的文件夹 {path} 不存在，请改正，或去掉这项设置以使用自带的流程图。"
        )
    return path


def _kept_secret(data: Path) -> str:
    file = data / "secret_key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _publish(file, secrets.token_urlsafe(48))
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise SettingInvalid(
            f"设置 {PREFIX}DATA 指向的文件夹 {data} 不能读写密钥文件 secret_key，"
            "请检查文件夹的权限，或用 TIBANPING_SECRET_KEY 给出密钥。"
        ) from error
    if len(key) < 32:
        raise SettingInvalid(
            f"密钥文件 {file} 的内容太短。请删除它后重新启动，程序会重新生成；"
            "已登录的人员需要重新登录。"
        )
    return key


def _publish(file: Path, secret: str) -> None:
    """Put the whole secret in place at once, unless another process was first."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secret, encoding="ascii")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
