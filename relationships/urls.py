from django.urls import path

from relationships.dashboards import views as dashboards

app_name = "relationships"
urlpatterns = [
    path("portfolio/", dashboards.portfolio, name="portfolio"),
]
