@echo off
rem Run the installed Seamline; without words, the node in the folder beside this file.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
set PYTHONSAFEPATH=1
set "SEAMLINE_START=%~dp0start.cmd"
set /p PROGRAM=<"%~dp0current"
set "PYTHON=%~dp0%PROGRAM%\Scripts\python.exe"
if "%~1"=="" (
  "%PYTHON%" -m seamline serve "%~dp0node"
) else if "%*"=="setup" (
  "%PYTHON%" -m seamline setup "%~dp0node" --samples "%~dp0room"
) else if "%*"=="doctor" (
  "%PYTHON%" -m seamline doctor "%~dp0node"
) else (
  "%PYTHON%" -m seamline %*
)
