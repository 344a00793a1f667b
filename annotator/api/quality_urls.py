"""Addresses of reports on quality, of people's standing, and of gold."""

from annotator.api.gold import GoldImport, GoldList, GoldRetire
from annotator.api.operations import route
from annotator.api.quality import PeopleList, ReportList, ReportMake, ReportRead, StandingSet

urlpatterns = [
    route("projects/<int:project_id>/quality", ReportRead),
    route("projects/<int:project_id>/quality/reports", ReportList, ReportMake),
    route("projects/<int:project_id>/people", PeopleList),
    route("projects/<int:project_id>/people/<int:member_id>/standing", StandingSet),
    route("projects/<int:project_id>/gold", GoldList, GoldImport),
    route("projects/<int:project_id>/gold/<int:gold_id>/retire", GoldRetire),
]
