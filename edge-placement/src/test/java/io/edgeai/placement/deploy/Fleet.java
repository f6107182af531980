package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.placement.deploy.RolloutReport.SiteState;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.ServiceRunner;
import io.edgeai.placement.deploy.site.SiteStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sites in folders behind lines that can break, all running version 1 of a service, and a deployment of version 2. */
final class Fleet {
    static final int CHUNK = 1000;

    final Artifact v1;
    final Artifact v2;
    final Deployment deployment;
    final SortedMap<String, UnsteadySite> sites = new TreeMap<>();
    final SortedMap<String, LocalSite> behind = new TreeMap<>();

    Fleet(Path folder, int count) {
        v1 = Artifact.of(Models.noise(folder.resolve("v1"), 5_500, 1), CHUNK);
        v2 = Artifact.of(Models.noise(folder.resolve("v2"), 7_500, 2), CHUNK);
        SortedMap<String, List<Deployment.Part>> parts = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String id = String.format("site-%02d", i);
            LocalSite site = LocalSite.open(SiteStore.open(folder.resolve(id)), ServiceRunner.FILES_ONLY);
            try (SiteTarget target = SiteTarget.of(site)) {
                target.fetch(v1, Progress.NONE);
                target.activate(old());
            }
            behind.put(id, site);
            sites.put(id, UnsteadySite.steady(site));
            parts.put(id, List.of(new Deployment.Part(fresh("defects"), v2), new Deployment.Part(fresh("added"), v2)));
        }
        deployment = new Deployment(parts);
    }

    Release old() {
        return new Release("defects", "v1", v1.digest(), 1);
    }

    Release fresh(String service) {
        return new Release(service, "v2", v2.digest(), 2);
    }

    Rollout.Builder rollout() {
        Map<String, DeploymentTarget> targets = new TreeMap<>();
        sites.forEach((id, site) -> targets.put(id, SiteTarget.of(site)));
        return Rollout.builder(deployment, targets);
    }

    /** What a site really runs, seen past its line. */
    SiteState seen(String id) {
        Optional<Release> defects = behind.get(id).release("defects");
        Optional<Release> added = behind.get(id).release("added");
        if (defects.equals(Optional.of(fresh("defects"))) && added.equals(Optional.of(fresh("added")))) {
            return SiteState.DONE;
        }
        return defects.equals(Optional.of(old())) && added.isEmpty() ? SiteState.UNTOUCHED : SiteState.LOST;
    }

    long runningNew() {
        return behind.keySet().stream().filter(id -> seen(id) == SiteState.DONE).count();
    }

    long runningOld() {
        return behind.keySet().stream()
                .filter(id -> seen(id) == SiteState.UNTOUCHED)
                .count();
    }
}
