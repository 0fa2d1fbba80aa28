"""What each role of each party may ask of each route: the expected status, by hand (DESIGN §8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.nodes import ROLES

# Rows: nobody, then watch, planner, release, signatory, auditor, administrator of isf.
ONE_OWNER = """
GET /api/records                                     401 200 200 200 200 200 403
GET /api/records/{id}                                401 200 200 200 200 200 403
GET /api/records/{id}/history                        401 200 200 200 200 200 403
GET /api/records/{id}/preview                        401 403 403 200 403 403 403
GET /api/records/{id}/proof                          401 200 200 200 200 200 403
GET /api/records/{id}/proof.pdf                      401 200 200 200 200 200 403
GET /api/evidence                                    401 200 200 200 200 200 403
GET /api/evidence/{id}                               401 404 404 404 404 404 403
POST /api/records                                    401 201 403 201 403 403 403
POST /api/records/{id}/revise                        401 200 403 200 403 403 403
POST /api/records/{id}/release                       401 403 403 201 403 403 403
POST /api/records/{id}/withdraw                      401 403 403 200 403 403 403
POST /api/records/{id}/opened                        401 200 200 200 200 403 403
POST /api/records/draft                              401 200 403 200 403 403 403
GET /api/clashes                                     401 200 200 200 200 200 403
GET /api/attention                                   401 200 200 200 200 200 403
GET /api/gaps                                        401 200 200 200 200 200 403
GET /api/watch/suggest                               401 200 200 200 200 200 403
GET /api/same-events                                 401 200 200 200 200 200 403
GET /api/same-events/{one}/{other}                   401 200 200 200 200 200 403
GET /api/complaints                                  401 200 200 200 200 200 403
GET /api/complaints/{id}                             401 404 404 404 404 404 403
GET /api/requests                                    401 200 200 200 200 200 403
GET /api/requests/{id}                               401 404 404 404 404 404 403
GET /api/statements                                  401 200 200 200 200 200 403
GET /api/statements/{id}                             401 404 404 404 404 404 403
POST /api/statements/{id}/export                     401 404 404 404 404 404 403
GET /api/joint                                       401 200 200 200 200 200 403
GET /api/joint/{id}                                  401 404 404 404 404 404 403
GET /api/forms                                       401 200 200 200 200 200 403
POST /api/forms/read                                 401 200 200 200 200 200 403
POST /api/forms/{form}/text                          401 200 200 200 200 200 403
POST /api/forms/{form}/pdf                           401 200 200 200 200 200 403
GET /api/records/{id}/text                           401 200 200 200 200 200 403
GET /api/records/{id}/text.pdf                       401 200 200 200 200 200 403
GET /api/sitrep                                      401 200 200 200 200 200 403
GET /api/activities                                  401 200 200 200 200 200 403
GET /api/activities/{id}                             401 200 200 200 200 200 403
GET /api/findings                                    401 200 200 200 200 200 403
GET /api/rules                                       401 200 200 200 200 200 403
GET /api/rules/file                                  401 200 200 200 200 200 403
GET /api/posts                                       401 200 200 200 200 200 403
POST /api/everywhere                                 401 403 403 201 403 403 403
POST /api/everywhere/draft                           401 403 403 200 403 403 403
GET /api/contacts                                    401 200 200 200 200 200 403
GET /api/contacts/{id}                               401 404 404 404 404 404 403
GET /api/alerts                                      401 200 200 200 200 200 403
GET /api/calls                                       401 200 200 200 200 200 403
GET /api/duty                                        401 200 200 200 200 200 403
GET /api/duty/sheet                                  401 200 200 200 200 200 403
GET /api/terms                                       401 200 200 200 200 200 403
GET /api/agreements                                  401 200 200 200 200 200 403
GET /api/records/{id}/compare                        401 200 200 200 200 200 403
GET /api/blind                                       401 200 200 200 200 200 403
GET /api/blind/{id}                                  401 404 404 404 404 404 403
GET /api/blind/{id}/audit.pdf                        401 404 404 404 404 404 403
POST /api/blind/universes                            401 403 403 404 403 403 403
POST /api/blind/runs                                 401 404 404 404 404 403 403
POST /api/blind/{id}/draft                           401 403 403 403 404 403 403
POST /api/blind/{id}/consent                         401 403 403 403 404 403 403
POST /api/blind/{id}/propose                         401 403 403 404 403 403 403
GET /api/meetings                                    401 200 200 200 200 200 403
GET /api/meetings/{id}                               401 404 404 404 404 404 403
GET /api/meetings/{id}/invitation.ics                401 404 404 404 404 404 403
POST /api/meetings/{id}/reply                        401 400 400 400 400 403 403
GET /api/records/{id}/minutes.pdf                    401 404 404 404 404 404 403
GET /api/programmes                                  401 200 200 200 200 200 403
GET /api/programmes/{id}                             401 404 404 404 404 404 403
POST /api/programmes/{id}/export                     401 404 404 404 404 404 403
POST /api/programmes/read                            401 200 200 200 200 403 403
GET /api/series/{id}                                 401 404 404 404 404 404 403
GET /api/events                                      401 200 200 200 200 200 403
GET /api/layers                                      401 200 200 200 200 200 200
GET /api/layers/{id}                                 401 200 200 200 200 200 200
DELETE /api/layers/{id}                              401 404 404 404 403 403 403
GET /map/{name}                                      401 200 200 200 200 200 200
GET /api/map.png                                     401 200 200 200 200 200 403
GET /api/map.webp                                    401 200 200 200 200 200 403
GET /api/records/{id}/print.pdf                      401 200 200 200 200 200 403
GET /api/programmes/{id}/print.pdf                   401 404 404 404 404 404 403
GET /api/day.pdf                                     401 200 200 200 200 200 403
POST /api/imports                                    401 202 403 202 403 403 403
GET /api/imports/{id}                                401 200 200 200 200 403 403
POST /api/imports/{id}                               401 202 403 202 403 403 403
DELETE /api/imports/{id}                             401 204 204 204 204 403 403
GET /api/links                                       401 200 200 200 200 200 200
POST /api/links                                      401 403 403 403 403 403 200
GET /api/receipts                                    401 200 200 200 200 200 403
GET /api/audit                                       401 200 200 200 200 200 403
POST /api/audit/file                                 401 200 200 200 200 200 403
GET /api/audit/logs                                  401 200 200 200 200 200 403
GET /api/audit/check                                 401 200 200 200 200 200 403
GET /api/audit/statements                            401 200 200 200 200 200 403
POST /api/bundles                                    401 200 200 200 200 403 200
GET /api/bundles                                     401 200 200 200 200 403 200
POST /api/bundles/file                               401 200 200 200 200 403 200
GET /api/records/{id}/code                           401 200 200 200 200 403 403
POST /api/codes                                      401 200 200 200 200 403 200
POST /api/blobs                                      401 201 201 201 201 403 403
GET /api/blobs/{hash}                                401 200 200 200 200 200 403
GET /api/blobs/{hash}/small                          401 200 200 200 200 200 403
POST /api/exports                                    401 200 200 200 200 200 403
GET /api/node                                        200 200 200 200 200 200 200
GET /api/kinds                                       401 200 200 200 200 200 200
GET /api/texts/{lang}                                200 200 200 200 200 200 200
POST /api/session                                    200 200 200 200 200 200 200
POST /api/session/demo                               404 404 404 404 404 404 404
DELETE /api/session                                  401 204 204 204 204 204 204
GET /api/me                                          401 200 200 200 200 200 200
POST /api/me/lang                                    401 200 200 200 200 200 200
POST /api/me/password                                401 204 204 204 204 204 204
POST /api/me/locker                                  401 200 200 200 200 200 200
GET /api/tokens                                      401 200 200 200 200 200 200
POST /api/tokens                                     401 403 403 403 403 403 403
DELETE /api/tokens/{id}                              401 204 204 204 204 204 204
GET /api/accounts                                    401 403 403 403 403 403 200
POST /api/accounts                                   401 403 403 403 403 403 200
POST /api/accounts/{party}/{officer}/roles           401 403 403 403 403 403 200
POST /api/accounts/{party}/{officer}/disabled        401 403 403 403 403 403 200
POST /api/accounts/{party}/{officer}/password        401 403 403 403 403 403 204
POST /api/accounts/{party}/{officer}/sign-out        401 403 403 403 403 403 204
GET /api/proposals                                   401 403 403 403 403 403 200
POST /api/proposals/{id}/confirm                     401 403 403 403 403 403 404
DELETE /api/proposals/{id}                           401 403 403 403 403 403 404
GET /healthz                                         200 200 200 200 200 200 200
GET /metrics                                         401 403 403 403 403 403 200
GET /api/openapi.json                                200 200 200 200 200 200 200
"""

# Rows: nobody | the six of isf | the six of ksf. Records belong to the room, accounts asked about to isf;
# the proposal that waits is isf's.
TWO_OWNERS = """
GET /api/records                                     401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}                                401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/history                        401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/preview                        401 | 403 403 200 403 403 403 | 403 403 200 403 403 403
GET /api/records/{id}/proof                          401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/proof.pdf                      401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/evidence                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/evidence/{id}                               401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
POST /api/records                                    401 | 403 403 201 403 403 403 | 403 403 201 403 403 403
POST /api/records/{id}/revise                        401 | 403 403 200 403 403 403 | 403 403 200 403 403 403
POST /api/records/{id}/release                       401 | 403 403 201 403 403 403 | 403 403 201 403 403 403
POST /api/records/{id}/withdraw                      401 | 403 403 200 403 403 403 | 403 403 200 403 403 403
POST /api/records/{id}/opened                        401 | 200 200 200 200 403 403 | 200 200 200 200 403 403
POST /api/records/draft                              401 | 403 403 200 403 403 403 | 403 403 200 403 403 403
GET /api/clashes                                     401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/attention                                   401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/gaps                                        401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/watch/suggest                               401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/same-events                                 401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/same-events/{one}/{other}                   401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/complaints                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/complaints/{id}                             401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/requests                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/requests/{id}                               401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/statements                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/statements/{id}                             401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
POST /api/statements/{id}/export                     401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/joint                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/joint/{id}                                  401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/forms                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/forms/read                                 401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/forms/{form}/text                          401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/forms/{form}/pdf                           401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/text                           401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/text.pdf                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/sitrep                                      401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/activities                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/activities/{id}                             401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/findings                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/rules                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/rules/file                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/posts                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/everywhere                                 401 | 403 403 201 403 403 403 | 403 403 201 403 403 403
POST /api/everywhere/draft                           401 | 403 403 200 403 403 403 | 403 403 200 403 403 403
GET /api/contacts                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/contacts/{id}                               401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/alerts                                      401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/calls                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/duty                                        401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/duty/sheet                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/terms                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/agreements                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/compare                        401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/blind                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/blind/{id}                                  401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/blind/{id}/audit.pdf                        401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
POST /api/blind/universes                            401 | 403 403 403 403 403 403 | 403 403 403 403 403 403
POST /api/blind/runs                                 401 | 403 403 403 403 403 403 | 403 403 403 403 403 403
POST /api/blind/{id}/draft                           401 | 403 403 403 403 403 403 | 403 403 403 403 403 403
POST /api/blind/{id}/consent                         401 | 403 403 403 403 403 403 | 403 403 403 403 403 403
POST /api/blind/{id}/propose                         401 | 403 403 403 403 403 403 | 403 403 403 403 403 403
GET /api/meetings                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/meetings/{id}                               401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/meetings/{id}/invitation.ics                401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
POST /api/meetings/{id}/reply                        401 | 400 400 400 400 403 403 | 400 400 400 400 403 403
GET /api/records/{id}/minutes.pdf                    401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/programmes                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/programmes/{id}                             401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
POST /api/programmes/{id}/export                     401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
POST /api/programmes/read                            401 | 200 200 200 200 403 403 | 200 200 200 200 403 403
GET /api/series/{id}                                 401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/events                                      401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/layers                                      401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
GET /api/layers/{id}                                 401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
DELETE /api/layers/{id}                              401 | 403 403 404 403 403 403 | 403 403 404 403 403 403
GET /map/{name}                                      401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
GET /api/map.png                                     401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/map.webp                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/records/{id}/print.pdf                      401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/programmes/{id}/print.pdf                   401 | 404 404 404 404 404 403 | 404 404 404 404 404 403
GET /api/day.pdf                                     401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/imports                                    401 | 403 403 202 403 403 403 | 403 403 202 403 403 403
GET /api/imports/{id}                                401 | 200 200 200 200 403 403 | 200 200 200 200 403 403
POST /api/imports/{id}                               401 | 403 403 202 403 403 403 | 403 403 202 403 403 403
DELETE /api/imports/{id}                             401 | 204 204 204 204 403 403 | 204 204 204 204 403 403
GET /api/links                                       401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
POST /api/links                                      401 | 403 403 403 403 403 202 | 403 403 403 403 403 202
GET /api/receipts                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/audit                                       401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/audit/file                                 401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/audit/logs                                  401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/audit/check                                 401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/audit/statements                            401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/bundles                                    401 | 200 200 200 200 403 200 | 200 200 200 200 403 200
GET /api/bundles                                     401 | 200 200 200 200 403 200 | 200 200 200 200 403 200
POST /api/bundles/file                               401 | 200 200 200 200 403 200 | 200 200 200 200 403 200
GET /api/records/{id}/code                           401 | 200 200 200 200 403 403 | 200 200 200 200 403 403
POST /api/codes                                      401 | 200 200 200 200 403 200 | 200 200 200 200 403 200
POST /api/blobs                                      401 | 201 201 201 201 403 403 | 201 201 201 201 403 403
GET /api/blobs/{hash}                                401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/blobs/{hash}/small                          401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
POST /api/exports                                    401 | 200 200 200 200 200 403 | 200 200 200 200 200 403
GET /api/node                                        200 | 200 200 200 200 200 200 | 200 200 200 200 200 200
GET /api/kinds                                       401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
GET /api/texts/{lang}                                200 | 200 200 200 200 200 200 | 200 200 200 200 200 200
POST /api/session                                    200 | 200 200 200 200 200 200 | 200 200 200 200 200 200
POST /api/session/demo                               404 | 404 404 404 404 404 404 | 404 404 404 404 404 404
DELETE /api/session                                  401 | 204 204 204 204 204 204 | 204 204 204 204 204 204
GET /api/me                                          401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
POST /api/me/lang                                    401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
POST /api/me/password                                401 | 204 204 204 204 204 204 | 204 204 204 204 204 204
POST /api/me/locker                                  401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
GET /api/tokens                                      401 | 200 200 200 200 200 200 | 200 200 200 200 200 200
POST /api/tokens                                     401 | 403 403 403 403 403 403 | 403 403 403 403 403 403
DELETE /api/tokens/{id}                              401 | 204 204 204 204 204 204 | 204 204 204 204 204 204
GET /api/accounts                                    401 | 403 403 403 403 403 200 | 403 403 403 403 403 200
POST /api/accounts                                   401 | 403 403 403 403 403 202 | 403 403 403 403 403 202
POST /api/accounts/{party}/{officer}/roles           401 | 403 403 403 403 403 202 | 403 403 403 403 403 202
POST /api/accounts/{party}/{officer}/disabled        401 | 403 403 403 403 403 202 | 403 403 403 403 403 202
POST /api/accounts/{party}/{officer}/password        401 | 403 403 403 403 403 204 | 403 403 403 403 403 403
POST /api/accounts/{party}/{officer}/sign-out        401 | 403 403 403 403 403 204 | 403 403 403 403 403 403
GET /api/proposals                                   401 | 403 403 403 403 403 200 | 403 403 403 403 403 200
POST /api/proposals/{id}/confirm                     401 | 403 403 403 403 403 403 | 403 403 403 403 403 200
DELETE /api/proposals/{id}                           401 | 403 403 403 403 403 204 | 403 403 403 403 403 204
GET /healthz                                         200 | 200 200 200 200 200 200 | 200 200 200 200 200 200
GET /metrics                                         401 | 403 403 403 403 403 200 | 403 403 403 403 403 200
GET /api/openapi.json                                200 | 200 200 200 200 200 200 | 200 200 200 200 200 200
"""


def rows(table: str, parties: tuple[str, ...]) -> list[Any]:
    found = []
    for line in table.strip().splitlines():
        method, path, *statuses = line.replace("|", "").split()
        who = [("isf", "nobody"), *((p, role) for p in parties for role in ROLES)]
        assert len(statuses) == len(who), line
        key = f"{method} {path}"
        found += [
            pytest.param(key, *w, int(s), id=f"{key} {'.'.join(w)}")
            for w, s in zip(who, statuses, strict=True)
        ]
    return found
