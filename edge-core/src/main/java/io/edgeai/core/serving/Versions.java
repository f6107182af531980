package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The versions that serve and those on standby: opens what a split needs, puts it in force, closes what has left. Who
 * routes a request reads one volatile field; changes wait for each other. Thread-safe.
 */
final class Versions {
    private final Making making;
    private final Arm.Settings settings;
    private final Ticker ticker;
    private final Standby standby;
    private final Object changing = new Object();
    /** Null once closed, and before the first split. */
    private volatile @Nullable Routes routes;

    /** What is asked of the endpoint's owner for each version that is opened. */
    record Making(
            Function<VersionRef, InferenceSession> opener,
            InferenceListener.Factory listeners,
            Function<VersionRef, BatchProfile> profiles,
            Function<VersionRef, WarmUp> warmUps) {}

    /** @param settings of all versions, which may look at the routes in force; null where there are none */
    Versions(
            Making making,
            Function<Supplier<@Nullable Routes>, Arm.Settings> settings,
            Ticker ticker,
            Duration standby) {
        this.making = making;
        this.settings = settings.apply(this::routesOrNull);
        this.ticker = ticker;
        this.standby = new Standby(standby.toNanos());
    }

    /** The first split, once. */
    void open(TrafficSplit first) {
        synchronized (changing) {
            routes = opened(first, Map.of());
        }
    }

    /** @throws LifecycleException after {@link #end} */
    Routes routes() {
        Routes current = routes;
        if (current == null) {
            throw new LifecycleException("The endpoint is closed. Maybe serve the model again.");
        }
        return current;
    }

    @Nullable
    Routes routesOrNull() {
        return routes;
    }

    /** Runs a request on the routes in force, again where they have changed meanwhile. */
    <T> T routed(Function<Routes, T> request) {
        while (true) {
            Routes current = routes();
            try {
                return request.apply(current);
            } catch (LifecycleException e) {
                retryOrThrow(current, e);
            }
        }
    }

    /** A session was closed under a request: fine where the split has changed since, else somebody else closed it. */
    void retryOrThrow(Routes used, LifecycleException e) {
        if (routes() == used) {
            throw e;
        }
    }

    /**
     * See {@link ModelEndpoint#split(TrafficSplit)}. Where a version that is open takes all requests, as on every way back,
     * nothing is done before it does but finding it.
     */
    void split(TrafficSplit split) {
        synchronized (changing) {
            Routes before = routes();
            Arm warm = split.arms().size() == 1 ? openArm(split.arms().get(0).version(), before) : null;
            Routes next = warm != null ? new Routes(split, new Arm[] {warm}) : opened(split, openArms(before));
            routes = next;
            stepDown(before, next);
        }
    }

    private @Nullable Arm openArm(VersionRef version, Routes current) {
        for (Arm arm : current.arms) {
            if (arm.version.equals(version)) {
                return arm;
            }
        }
        return standby.arm(version);
    }

    private Map<VersionRef, Arm> openArms(Routes current) {
        Map<VersionRef, Arm> open = standby.arms();
        for (Arm arm : current.arms) {
            open.put(arm.version, arm);
        }
        return open;
    }

    /** Puts on standby what has left, and closes what was there for long enough. */
    private void stepDown(Routes before, Routes next) {
        Map<VersionRef, Arm> leaving = openArms(before);
        for (Arm arm : next.arms) {
            standby.remove(arm.version);
            leaving.remove(arm.version);
        }
        long now = ticker.nanos();
        leaving.values().forEach(arm -> standby.add(arm, now));
        Closing.all(standby.expired(now));
    }

    void closeExpired() {
        synchronized (changing) {
            Closing.all(standby.expired(ticker.nanos()));
        }
    }

    /** Changes something else, which must not be changed once the versions have ended. */
    void whileOpen(Runnable change) {
        synchronized (changing) {
            routes();
            change.run();
        }
    }

    /** Routes no more requests; gives what is left to be closed, nothing the second time. */
    List<Arm> end() {
        synchronized (changing) {
            Routes last = routes;
            routes = null;
            List<Arm> open = new ArrayList<>(standby.arms().values());
            standby.arms().keySet().forEach(standby::remove);
            if (last != null) {
                open.addAll(List.of(last.arms));
            }
            return open;
        }
    }

    private Routes opened(TrafficSplit split, Map<VersionRef, Arm> kept) {
        List<InferenceSession> fresh = new ArrayList<>();
        Arm[] arms = new Arm[split.arms().size()];
        boolean complete = false;
        try {
            for (int i = 0; i < arms.length; i++) {
                VersionRef version = split.arms().get(i).version();
                Arm arm = kept.get(version);
                if (arm == null) {
                    InferenceSession session = making.opener().apply(version);
                    fresh.add(session);
                    making.warmUps().apply(version).run(session);
                    InferenceListener listener = making.listeners().listen(version, session.device());
                    arm = new Arm(version, session, listener, making.profiles().apply(version), settings);
                }
                arms[i] = arm;
            }
            SameRequests.require(arms);
            complete = true;
            return new Routes(split, arms);
        } finally {
            if (!complete) {
                fresh.forEach(InferenceSession::close);
            }
        }
    }
}
