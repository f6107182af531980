package io.edgeai.placement.deploy.site;

import io.edgeai.core.model.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A site on this machine: its folder and what runs from it. Thread-safe. */
public final class LocalSite implements SiteAccess {
    private final SiteStore store;
    private final ServiceRunner runner;

    private LocalSite(SiteStore store, ServiceRunner runner) {
        this.store = store;
        this.runner = runner;
    }

    /** Opens a site and starts what was live when it last ended. */
    public static LocalSite open(SiteStore store, ServiceRunner runner) {
        for (Release release : store.releases()) {
            runner.start(release, store.file(release.artifact()));
        }
        return new LocalSite(store, runner);
    }

    public SiteStore store() {
        return store;
    }

    @Override
    public List<Digest> artifacts() {
        return store.artifacts();
    }

    @Override
    public List<Integer> begin(Chunks chunks) {
        return store.begin(chunks);
    }

    @Override
    public void write(Digest artifact, int index, byte[] bytes, int length) {
        store.write(artifact, index, bytes, length);
    }

    @Override
    public void commit(Digest artifact) {
        store.commit(artifact);
    }

    @Override
    public void patch(Digest artifact, Digest base, Digest delta) {
        store.patch(artifact, base, delta);
    }

    @Override
    public Optional<Release> release(String service) {
        return store.release(service);
    }

    @Override
    public synchronized Optional<Release> activate(Release release) {
        Optional<Release> before = store.activate(release);
        if (before.isPresent() && release.scales(before.get())) {
            scale(before.get(), release);
            return before;
        }
        try {
            runner.start(release, store.file(release.artifact()));
        } catch (RuntimeException e) {
            before.ifPresentOrElse(store::activate, () -> store.deactivate(release.service()));
            before.ifPresent(old -> runner.start(old, store.file(old.artifact())));
            throw e;
        }
        return before;
    }

    private void scale(Release before, Release release) {
        Path model = store.file(release.artifact());
        try {
            runner.scale(before, release, model);
        } catch (RuntimeException e) {
            store.activate(before);
            runner.scale(release, before, model);
            throw e;
        }
    }

    @Override
    public synchronized Optional<Release> deactivate(String service) {
        Optional<Release> before = store.deactivate(service);
        before.ifPresent(runner::stop);
        return before;
    }

    @Override
    public synchronized boolean healthy(String service) {
        return store.release(service)
                .filter(release -> store.has(release.artifact()) && runner.healthy(release))
                .isPresent();
    }

    @Override
    public synchronized int ready(String service) {
        return store.release(service)
                .filter(release -> store.has(release.artifact()))
                .map(runner::ready)
                .orElse(0);
    }
}
