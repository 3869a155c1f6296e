"""What is shown where there is no build yet: what to do."""

from __future__ import annotations

import streamlit as st


def page(trouble: str) -> None:
    """Say that there is nothing to read yet, and how to change that."""
    st.title("还没有语料")
    st.text(trouble)
    st.markdown("在终端里读入政策文件，这一页会自己打开：")
    st.code("policykg ingest                # 随包的样例摘编\npolicykg ingest 我的文件夹     # 自己的 .txt、.md 文件", language="bash")
    st.caption("读入的文件只留在这台电脑上。")
