package io.edgeai.placement.deploy;

import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.site.Chunks;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteAccess;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the chunks that a site is sent, and breaks the connection for good after some of them. */
public final class UnsteadySite implements SiteAccess {
    private final SiteAccess site;
    private final AtomicInteger left;
    private final Map<String, Integer> sent = new ConcurrentHashMap<>();
    private volatile boolean healthy = true;

    public UnsteadySite(SiteAccess site, int chunksUntilBreak) {
        this.site = site;
        this.left = new AtomicInteger(chunksUntilBreak);
    }

    public static UnsteadySite steady(SiteAccess site) {
        return new UnsteadySite(site, Integer.MAX_VALUE);
    }

    /** How often each chunk was sent. */
    public Map<String, Integer> sent() {
        return sent;
    }

    public void healthy(boolean answers) {
        this.healthy = answers;
    }

    public void lose() {
        left.set(-1);
    }

    public void find() {
        left.set(Integer.MAX_VALUE);
    }

    private void requireLine() {
        if (left.get() < 0) {
            throw new RemoteUnavailableException("The line is broken.");
        }
    }

    @Override
    public List<Digest> artifacts() {
        requireLine();
        return site.artifacts();
    }

    @Override
    public List<Integer> begin(Chunks chunks) {
        requireLine();
        return site.begin(chunks);
    }

    @Override
    public void write(Digest artifact, int index, byte[] bytes, int length) {
        sent.merge(artifact.abbreviated() + "#" + index, 1, Integer::sum);
        if (left.getAndDecrement() <= 0) {
            left.set(-1);
        }
        requireLine();
        site.write(artifact, index, bytes, length);
    }

    @Override
    public void commit(Digest artifact) {
        requireLine();
        site.commit(artifact);
    }

    @Override
    public void patch(Digest artifact, Digest base, Digest delta) {
        requireLine();
        site.patch(artifact, base, delta);
    }

    @Override
    public Optional<Release> release(String service) {
        requireLine();
        return site.release(service);
    }

    @Override
    public Optional<Release> activate(Release release) {
        requireLine();
        return site.activate(release);
    }

    @Override
    public Optional<Release> deactivate(String service) {
        requireLine();
        return site.deactivate(service);
    }

    @Override
    public boolean healthy(String service) {
        requireLine();
        return healthy && site.healthy(service);
    }
}
