import pytest
from django.urls import reverse
def test_smoke(world, client_as, cluster):
    from django.db import connection
    with cluster.as_superuser(connection.settings_dict["NAME"]) as c:
        runs = c.execute("select id, month, state from quittancement_run order by id").fetchall()
        bill = c.execute("select id, lease_id, residence_id from quittancement_bill order by id desc limit 1").fetchone()
        print(runs, bill, c.execute("select count(*) from mail_document").fetchone(), c.execute("select count(*) from quittancement_anomaly").fetchone(), c.execute("select cause,lease_count from quittancement_difference").fetchall(), c.execute("select count(*) from quittancement_setaside").fetchone())
    run = runs[-1][0]; month = str(runs[-1][1])[:7]
    urls = ["/bureau/", "/bureau/quittancement/", f"/bureau/quittancement/{month}/", "/bureau/quittancement/2030-01/", f"/bureau/quittancement/calcul/{run}/anomalies/", f"/bureau/quittancement/calcul/{run}/anomalies/?format=csv",
      f"/bureau/quittancement/calcul/{run}/mis-de-cote/", f"/bureau/quittancement/calcul/{run}/avis/", f"/bureau/quittancement/calcul/{run}/avis/?tri=-total", f"/bureau/quittancement/calcul/{run}/avis/?format=xlsx", f"/bureau/quittancement/calcul/{run}/ecarts/?format=csv", f"/bureau/quittancement/calcul/{run}/ecarts/ARRIVALS/",
      f"/bureau/quittancement/calcul/{run}/sceller/", f"/bureau/avis/{bill[0]}/", f"/bureau/avis/{bill[0]}/contre-ecriture/", f"/bureau/avis/{bill[0]}/document/", "/bureau/imports/", "/bureau/taches/", "/bureau/donnees/", "/bureau/donnees/?fonction=caretaker", "/bureau/donnees/finalites/", "/bureau/donnees/lectures/", "/bureau/mes-preferences/", "/bureau/entrer/"]
    bad = 0
    for who in ["siege","comptable","gestionnaire_nord","responsable_nord","dpo","admin_technique","gardien_nord"]:
        c = client_as(who)
        for u in urls:
            r = c.get(u)
            flag = "" if r.status_code in (200,302,404) else "  <<<<<"
            bad += bool(flag)
            if who in ("siege",) or flag: print(who, u, r.status_code, flag)
        print(who, [c.get(u).status_code for u in urls])
    assert not bad
