@echo off
rem Run the installed Seamline; without words, the node in the folder beside this file.
set /p PROGRAM=<"%~dp0current"
if "%~1"=="" (
  "%~dp0%PROGRAM%\Scripts\python.exe" -m seamline serve "%~dp0node"
) else (
  "%~dp0%PROGRAM%\Scripts\python.exe" -m seamline %*
)
