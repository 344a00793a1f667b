"""Addresses of reports on quality, of people's standing and data, and of gold."""

from annotator.api.erasure import MeErase, MyData, PersonErase, PersonWithdraw
from annotator.api.gold import GoldImport, GoldList, GoldRetire
from annotator.api.operations import route
from annotator.api.person import PersonRead
from annotator.api.quality import PeopleList, ReportList, ReportMake, ReportRead, StandingSet

urlpatterns = [
    route("projects/<int:project_id>/quality", ReportRead),
    route("projects/<int:project_id>/quality/reports", ReportList, ReportMake),
    route("projects/<int:project_id>/people", PeopleList),
    route("projects/<int:project_id>/people/<int:member_id>", PersonRead),
    route("projects/<int:project_id>/people/<int:member_id>/standing", StandingSet),
    route("projects/<int:project_id>/people/<int:member_id>/withdraw", PersonWithdraw),
    route("projects/<int:project_id>/people/<int:member_id>/erase", PersonErase),
    route("me/data", MyData),
    route("me/erase", MeErase),
    route("projects/<int:project_id>/gold", GoldList, GoldImport),
    route("projects/<int:project_id>/gold/<int:gold_id>/retire", GoldRetire),
]
