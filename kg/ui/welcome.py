"""What is shown where there is no build yet: what to do."""

from __future__ import annotations

import streamlit as st

from kg.config import settings
from kg.shipped import sample_corpus
from kg.ui import jobs


def page(trouble: str) -> None:
    """Say that there is nothing to read yet, and how to change that."""
    st.title("还没有语料")
    st.text(trouble)
    own = settings()
    if not own.readonly:
        if jobs.running():
            jobs.working()
            return
        jobs.finished()
        st.button(
            "读入随包的样例摘编",
            type="primary",
            icon=":material/library_add:",
            on_click=jobs.begin,
            args=("读入样例", own.build, "ingest", str(sample_corpus())),
        )
    st.markdown("或者在终端里读入自己的文件，这一页会自己打开：")
    st.code("policykg ingest 我的文件夹", language="bash")
    st.caption("读入的文件只留在这台电脑上。")
