@echo off
rem Find a Python and install with it; double-click, or call with the words of install.py.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
py -3 -c "" >nul 2>nul && (
  py -3 "%~dp0install.py" %*
  goto end
)
rem The name alone may be the shop's stand-in, which runs nothing.
python -c "" >nul 2>nul && (
  python "%~dp0install.py" %*
  goto end
)
echo There is no Python here: run the installer in the folder "%~dp0python" first, or bring one from python.org
echo ("for this user only" needs no administrator).
echo لا يوجد بايثون هنا: شغّل أولًا المثبّت الموجود في المجلد python، أو أحضره من python.org
echo پایسۆن لێرە نییە: سەرەتا دامەزرێنەری ناو فۆڵدەری python کار پێ بکە، یان لە python.org بیهێنە
:end
if "%~1"=="" pause
