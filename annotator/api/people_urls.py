"""Addresses of members, invitations and accounts."""

from annotator.api.accounts import AccountList, AccountSignOut, AccountUpdate, SecondFactorReset
from annotator.api.members import (
    InvitationList,
    InvitationMake,
    InvitationRevoke,
    MemberAdd,
    MemberList,
    MemberRemove,
    MemberRole,
)
from annotator.api.operations import route

urlpatterns = [
    route("projects/<int:project_id>/members", MemberList, MemberAdd),
    route("projects/<int:project_id>/members/<int:member_id>", MemberRole, MemberRemove),
    route("projects/<int:project_id>/invitations", InvitationList, InvitationMake),
    route("projects/<int:project_id>/invitations/<uuid:invitation_id>", InvitationRevoke),
    route("accounts", AccountList),
    route("accounts/<int:account_id>", AccountUpdate),
    route("accounts/<int:account_id>/sign-out", AccountSignOut),
    route("accounts/<int:account_id>/second-factor", SecondFactorReset),
]
