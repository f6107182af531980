package io.edgeai.placement.autoscale;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a service's requests and drives its replicas. Tell it of each request by {@link #arrived}, {@link #started} and
 * {@link #finished}; {@link #start} then decides at regular times on a thread of its own, or call {@link #tick}
 * yourself. A request that arrives while there are no replicas is decided upon at once; {@link HeldRequests} keeps it
 * until there are. While none is ready the thread looks twenty times as often. A target that fails is logged and asked
 * again at the next tick. Thread-safe; closing ends the thread and leaves the replicas as they are.
 */
public final class Autoscaler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Autoscaler.class);
    private static final int LOOKS = 20;

    private final ScalingPolicy policy;
    private final ScalingTarget target;
    private final Ticker ticker;
    private final Duration every;
    private final long origin;
    private final Object deciding = new Object();
    private final List<Double> coldStarts = new ArrayList<>();
    private final Readiness readiness;
    private @Nullable ScheduledExecutorService thread;

    private long counted;
    private int waiting;
    private int busy;
    private int variant;
    private long arrivals;
    private long completions;
    private double serviceSeconds;
    private double serviceSquares;
    private double concurrencySeconds;
    private double busySeconds;
    private volatile ScalingDecision last = new ScalingDecision(0, 0, "nothing was decided yet");

    private Autoscaler(Builder builder) {
        this.policy = builder.policy;
        this.target = builder.target;
        this.ticker = builder.ticker;
        this.every = builder.every;
        this.origin = ticker.nanos();
        this.readiness = new Readiness(ticker);
        this.counted = origin;
    }

    /** Settings of an autoscaler by {@link QueueingPolicy}. */
    public static Builder builder(ServiceProfile profile, ScalingTarget target) {
        return new Builder(profile, target);
    }

    /** A request came and waits. */
    public void arrived() {
        boolean wakes;
        synchronized (this) {
            count();
            arrivals++;
            waiting++;
            wakes = last.replicas() == 0;
        }
        if (wakes) {
            attempt();
        }
    }

    /** A request that waited went away without being served. */
    public synchronized void gone() {
        count();
        waiting = Math.max(0, waiting - 1);
    }

    /** A request that waited began to be served. */
    public synchronized void started() {
        count();
        waiting = Math.max(0, waiting - 1);
        busy++;
    }

    /** A request was answered. */
    public synchronized void finished(Duration onReplica) {
        count();
        double seconds = onReplica.toNanos() / 1e9;
        busy = Math.max(0, busy - 1);
        completions++;
        serviceSeconds += seconds;
        serviceSquares += seconds * seconds;
    }

    private void count() {
        long now = ticker.nanos();
        double span = (now - counted) / 1e9;
        counted = now;
        busySeconds += span * busy;
        concurrencySeconds += span * (busy + waiting);
    }

    /** Decides now and has it done. */
    public ScalingDecision tick() {
        synchronized (deciding) {
            ScalingTarget.Replicas stands = target.replicas();
            coldStarts.addAll(stands.coldStarts());
            ScalingDecision decision = policy.decide(observe(stands));
            coldStarts.clear();
            target.apply(decision);
            boolean changes = decision.replicas() != last.replicas() || decision.variant() != last.variant();
            synchronized (this) {
                variant = decision.variant();
                last = decision;
            }
            readiness.seen(decision.replicas() == 0 ? 0 : changes ? readyNow() : stands.ready());
            return decision;
        }
    }

    /** Looks whether what was asked for is ready by now, without deciding; where something is, nothing is done. */
    void look() {
        synchronized (deciding) {
            if (last.replicas() > 0 && !readiness.ready()) {
                readiness.seen(readyNow());
            }
        }
    }

    private int readyNow() {
        ScalingTarget.Replicas stands = target.replicas();
        coldStarts.addAll(stands.coldStarts());
        return stands.ready();
    }

    Ticker ticker() {
        return ticker;
    }

    Readiness readiness() {
        return readiness;
    }

    private synchronized ScalingObservation observe(ScalingTarget.Replicas replicas) {
        count();
        ScalingObservation seen = new ScalingObservation(
                (counted - origin) / 1e9,
                arrivals,
                completions,
                serviceSeconds,
                serviceSquares,
                concurrencySeconds,
                busySeconds,
                waiting,
                busy,
                replicas.ready(),
                replicas.starting(),
                variant,
                coldStarts);
        arrivals = 0;
        completions = 0;
        serviceSeconds = 0;
        serviceSquares = 0;
        concurrencySeconds = 0;
        busySeconds = 0;
        return seen;
    }

    /** The last decision with its reason. */
    public ScalingDecision last() {
        return last;
    }

    /** Decides at regular times from now on; once. */
    public synchronized Autoscaler start() {
        if (thread == null) {
            ScheduledExecutorService scheduler =
                    Executors.newSingleThreadScheduledExecutor(EdgeThreads.named("autoscaler"));
            thread = scheduler;
            var unused = scheduler.scheduleAtFixedRate(this::attempt, 0, every.toNanos(), TimeUnit.NANOSECONDS);
            long look = every.toNanos() / LOOKS;
            var unusedToo = scheduler.scheduleWithFixedDelay(this::attemptLook, look, look, TimeUnit.NANOSECONDS);
        }
        return this;
    }

    private void attempt() {
        try {
            tick();
        } catch (RuntimeException e) {
            LOG.warn("Scaling failed and is tried again in {}", every, e);
        }
    }

    private void attemptLook() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.debug("The target did not say how it stands; it is asked again soon", e);
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
        readiness.close();
    }

    /** Collects settings. Defaults: {@link QueueingPolicy}, every 2 s, the system's clock. Not thread-safe. */
    public static final class Builder {
        private final ScalingTarget target;
        private ScalingPolicy policy;
        private Duration every = Duration.ofSeconds(2);
        private Ticker ticker = Ticker.system();

        private Builder(ServiceProfile profile, ScalingTarget target) {
            this.target = target;
            this.policy = new QueueingPolicy(profile);
        }

        /** Another policy, which must be of this autoscaler alone. */
        public Builder policy(ScalingPolicy decides) {
            this.policy = decides;
            return this;
        }

        /** How often it decides, 100 ms to an hour. */
        public Builder every(Duration time) {
            if (time.compareTo(Duration.ofMillis(100)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
                throw new InvalidInputException("A tick of (" + time + ") is not in 100 ms to 1 hour.");
            }
            this.every = time;
            return this;
        }

        public Builder ticker(Ticker monotonic) {
            this.ticker = monotonic;
            return this;
        }

        public Autoscaler build() {
            return new Autoscaler(this);
        }
    }
}
