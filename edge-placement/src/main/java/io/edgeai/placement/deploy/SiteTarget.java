package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.ServiceRunner;
import io.edgeai.placement.deploy.site.SiteAccess;
import io.edgeai.placement.deploy.site.SiteStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * A target that takes chunks: a folder of this machine, or a site agent. Sends a delta where the site has an older
 * version and that is shorter, else the whole; two chunks at a time, so that a broken transfer repeats at most two.
 * Thread-safe.
 */
public final class SiteTarget implements DeploymentTarget {
    /** Chunks in flight. */
    public static final int PARALLEL = 2;

    private static final int ROUNDS = 3;

    private final SiteAccess site;
    private final ThreadFactory threads = EdgeThreads.named("sender");

    private SiteTarget(SiteAccess site) {
        this.site = site;
    }

    /** A folder of this machine; whoever serves watches it. */
    public static SiteTarget directory(Path folder) {
        return of(LocalSite.open(SiteStore.open(folder), ServiceRunner.FILES_ONLY));
    }

    public static SiteTarget of(SiteAccess site) {
        return new SiteTarget(site);
    }

    @Override
    public Transfer fetch(Artifact artifact, Progress progress) {
        List<Digest> there = artifact.bases().isEmpty() ? List.of() : site.artifacts();
        if (there.contains(artifact.digest())) {
            return Transfer.NOTHING;
        }
        Transfer spent = Transfer.NOTHING;
        for (Artifact base : artifact.bases()) {
            Optional<Artifact> delta =
                    there.contains(base.digest()) ? artifact.deltaFrom(base) : Optional.<Artifact>empty();
            if (delta.isPresent()) {
                spent = send(delta.get(), progress);
                try {
                    site.patch(artifact.digest(), base.digest(), delta.get().digest());
                    return new Transfer(spent.sentBytes(), spent.sentChunks(), true);
                } catch (ModelIntegrityException | InvalidInputException e) {
                    break; // the site's base is damaged: the whole does not need it
                }
            }
        }
        return spent.plus(send(artifact, progress));
    }

    private Transfer send(Artifact artifact, Progress progress) {
        Transfer sum = Transfer.NOTHING;
        for (int round = 1; ; round++) {
            List<Integer> missing = site.begin(artifact.chunks());
            ChunkSender sender = new ChunkSender(site, artifact, progress);
            try {
                if (!missing.isEmpty()) {
                    sender.send(missing, threads, PARALLEL);
                }
                site.commit(artifact.digest());
                return sum.plus(sender.sent());
            } catch (EdgeException e) {
                boolean again = e.retriable() || e instanceof ModelIntegrityException;
                if (!again || round == ROUNDS) {
                    throw e;
                }
                sum = sum.plus(sender.sent());
            }
        }
    }

    @Override
    public Optional<Release> release(String service) {
        return site.release(service);
    }

    @Override
    public Optional<Release> activate(Release release) {
        return site.activate(release);
    }

    @Override
    public Optional<Release> deactivate(String service) {
        return site.deactivate(service);
    }

    @Override
    public boolean healthy(String service) {
        return site.healthy(service);
    }

    @Override
    public int ready(String service) {
        return site.ready(service);
    }

    @Override
    public void close() {
        // nothing is held between two calls
    }
}
