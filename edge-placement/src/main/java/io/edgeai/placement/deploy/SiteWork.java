package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.placement.deploy.Deployment.Part;
import io.edgeai.placement.deploy.RolloutEvent.Kind;
import io.edgeai.placement.deploy.site.Release;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/** The steps of a roll-out on one site. Sites may be worked on in parallel, each by one thread at a time. */
final class SiteWork {
    private final Deployment deployment;
    private final Rollout.Builder settings;
    private final RolloutJournal journal;
    private final RolloutControl control;
    private final LongConsumer waiting;
    private final Map<String, Transfer> sent = new ConcurrentHashMap<>();
    private final AtomicReference<String> firstFailure = new AtomicReference<>("");

    SiteWork(Deployment deployment, Rollout.Builder settings, RolloutJournal journal, RolloutControl control) {
        this.deployment = deployment;
        this.settings = settings;
        this.journal = journal;
        this.control = control;
        LongConsumer given = settings.waiting;
        this.waiting = given == null ? control::nanos : given;
    }

    Map<String, Transfer> sent() {
        return sent;
    }

    String firstFailure() {
        return String.valueOf(firstFailure.get());
    }

    /** Sends a site's artifacts. */
    void fetch(String site) {
        attempt(site, 0, () -> {
            for (Part part : parts(site)) {
                Transfer transfer = target(site).fetch(part.artifact(), cancellable());
                sent.merge(site, transfer, Transfer::plus);
            }
            event(
                    Kind.FETCHED,
                    site,
                    0,
                    sent.getOrDefault(site, Transfer.NOTHING).sentBytes() + " bytes sent");
        });
    }

    /** Makes a site's releases live and waits until they answer. */
    void bring(String site, int wave) {
        attempt(site, wave, () -> {
            if (!settings.prefetch) {
                fetch(site);
                if (journal.isFailed(site) || control.cancelled()) {
                    return;
                }
            }
            for (Part part : parts(site)) {
                Release release = part.release();
                journal.before(site, release.service(), target(site).release(release.service()));
                target(site).activate(release);
            }
            awaitHealth(site);
            journal.done(site);
            event(Kind.DONE, site, wave, "");
        });
    }

    private void attempt(String site, int wave, Runnable step) {
        boolean finished = journal.isDone(site) || journal.isFailed(site);
        if (finished || !control.goesOn(() -> event(Kind.PAUSED, site, wave, ""))) {
            return;
        }
        try {
            step.run();
        } catch (OperationCancelledException e) {
            control.cancel();
        } catch (EdgeException e) {
            fail(site, wave, String.valueOf(e.getMessage()));
        }
    }

    private void fail(String site, int wave, String reason) {
        firstFailure.compareAndSet("", "site (" + site + "): " + reason);
        journal.failed(site);
        event(Kind.FAILED, site, wave, reason);
        if (!journal.isAsBefore(site)) {
            restore(site);
        }
    }

    /** A site done that no longer answers has failed after all. */
    void recheck(String site) {
        try {
            awaitHealth(site);
        } catch (OperationCancelledException e) {
            control.cancel();
        } catch (EdgeException e) {
            fail(site, 0, String.valueOf(e.getMessage()));
        }
    }

    private void awaitHealth(String site) {
        long deadline = settings.ticker.nanos() + settings.healthyWithin.toNanos();
        String silent = silentService(site);
        while (!silent.isEmpty()) {
            if (control.cancelled()) {
                throw new OperationCancelledException("Waiting for site (" + site + ") was cancelled.");
            }
            if (settings.ticker.nanos() - deadline >= 0) {
                throw new RemoteUnavailableException("Service (" + silent + ") did not answer within ("
                        + settings.healthyWithin + ")" + complaint(site, silent) + ".");
            }
            waiting.accept(settings.healthEvery.toNanos());
            silent = silentService(site);
        }
    }

    /** What the site says of it; nothing where it cannot even be asked. */
    private String complaint(String site, String service) {
        try {
            String said = target(site).complaint(service);
            return said.isEmpty() ? "" : ": " + said;
        } catch (EdgeException e) {
            return ": " + e.getMessage();
        }
    }

    /** Gives what answers the whole of its requests. */
    void promote(String site, int wave) {
        try {
            boolean changed = false;
            for (Part part : parts(site)) {
                changed |= target(site).promote(part.release().service());
            }
            if (changed) {
                awaitHealth(site);
                event(Kind.PROMOTED, site, wave, "");
            }
        } catch (OperationCancelledException e) {
            control.cancel();
        } catch (EdgeException e) {
            fail(site, wave, String.valueOf(e.getMessage()));
        }
    }

    /** Waits, or ends earlier where it is cancelled. */
    void soak(Duration time) {
        long deadline = settings.ticker.nanos() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !control.cancelled(); left = deadline - settings.ticker.nanos()) {
            waiting.accept(Math.min(left, settings.healthEvery.toNanos()));
        }
    }

    /** The first service that does not answer; empty where all do. */
    private String silentService(String site) {
        for (Part part : parts(site)) {
            String service = part.release().service();
            try {
                if (!target(site).healthy(service)) {
                    return service;
                }
            } catch (EdgeException e) {
                return service;
            }
        }
        return "";
    }

    /** Puts a site back to what it ran before; a site out of reach stays for the next run. */
    void restore(String site) {
        try {
            for (Map.Entry<String, Optional<Release>> was : journal.before(site).entrySet()) {
                if (was.getValue().isPresent()) {
                    target(site).activate(was.getValue().get());
                } else {
                    target(site).deactivate(was.getKey());
                }
            }
        } catch (EdgeException e) {
            event(Kind.LOST, site, 0, String.valueOf(e.getMessage()));
            return;
        }
        journal.restored(site);
        event(Kind.RESTORED, site, 0, "");
    }

    private Progress cancellable() {
        return new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                // events tell of whole artifacts
            }

            @Override
            public boolean cancelled() {
                return control.cancelled();
            }
        };
    }

    private List<Part> parts(String site) {
        return deployment.sites().getOrDefault(site, List.of());
    }

    private DeploymentTarget target(String site) {
        DeploymentTarget target = settings.targets.get(site);
        if (target == null) {
            throw new IllegalStateException("Site (" + site + ") has no target.");
        }
        return target;
    }

    private void event(Kind kind, String site, int wave, String detail) {
        settings.events.accept(new RolloutEvent(kind, site, wave, detail));
    }
}
