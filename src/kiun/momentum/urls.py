from django.urls import path

from kiun.momentum import intervention_urls
from kiun.momentum.views import answered, exports, results, waves

app_name = "momentum"
urlpatterns = [
    path("momentum/", results.home, name="home"),
    path("momentum/export/", exports.export, name="export"),
    path("momentum/units/<int:pk>/", results.unit, name="unit"),
    path("momentum/gaps/", results.gaps, name="gaps"),
    path("momentum/reliability/", results.reliability, name="reliability"),
    path("momentum/answered/", answered.answered, name="answered"),
    path("momentum/waves/", waves.wave_list, name="wave_list"),
    path("momentum/waves/plan/", waves.wave_plan, name="wave_plan"),
    path("momentum/waves/<int:pk>/edit/", waves.wave_edit, name="wave_edit"),
    path("momentum/waves/<int:pk>/open/", waves.wave_open, name="wave_open"),
    path("momentum/waves/<int:pk>/remove/", waves.wave_remove, name="wave_remove"),
    *intervention_urls.urlpatterns,
]
