package io.edgeai;

import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.TrafficSplit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the canary and the shadow that the registry records to an endpoint's requests, and takes the canary back in the
 * registry once it is worse; never promotes. What a canary has shown is kept in the registry's database every half second and
 * goes on as long as the same version stands beside the same one, whatever its share; what other processes have seen counts with
 * it. Thread-safe.
 */
final class RecordedRollout extends Trial<RolloutEvidence> {
    private static final Logger LOG = LoggerFactory.getLogger(RecordedRollout.class);

    /** A canary of the registry's never passes by itself: it is promoted by people. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final EdgeModelRegistry registry;
    private final String model;
    private final String environment;
    private final UnaryOperator<CanaryPlan> guard;
    private final double shadowFraction;
    private final Clock clock;
    private final RolloutParts parts;
    private volatile Course course;
    private @Nullable VersionRef shadow;

    /** Who answers, from one change of the registry to the next; without a canary both are the same version. */
    private record Course(VersionRef before, VersionRef version, int percent, Canary canary, TrafficSplit split) {
        boolean alone() {
            return before.equals(version);
        }

        boolean is(VersionRef nextBefore, VersionRef nextVersion, int nextPercent) {
            return before.equals(nextBefore) && version.equals(nextVersion) && percent == nextPercent;
        }
    }

    private RecordedRollout(
            EdgeModelRegistry registry,
            VersionRef active,
            String environment,
            UnaryOperator<CanaryPlan> guard,
            double shadowFraction,
            Clock clock,
            RolloutParts parts) {
        super(parts);
        this.registry = registry;
        this.model = active.model().name();
        this.environment = environment;
        this.guard = guard;
        this.shadowFraction = shadowFraction;
        this.clock = clock;
        this.parts = parts;
        this.course = course(active);
    }

    static RecordedRollout open(
            EdgeModelRegistry registry,
            VersionRef active,
            String environment,
            UnaryOperator<CanaryPlan> guard,
            double shadowFraction,
            Clock clock,
            String node) {
        return new RecordedRollout(
                registry,
                active,
                environment,
                guard,
                shadowFraction,
                clock,
                new RolloutParts(registry, active.model().name(), environment, node));
    }

    private Course course(VersionRef active) {
        VersionRef version = recorded(Stage.CANARY).orElse(active);
        int percent = percent(version);
        CanaryPlan plan =
                guard.apply(CanaryPlan.defaults()).steps(percent / 100.0).time(FOREVER);
        Canary canary = parts.turnTo(active, version)
                .map(state -> new Canary(plan, clock, state))
                .orElseGet(() -> new Canary(plan, clock));
        TrafficSplit split = version.equals(active)
                ? TrafficSplit.all(active)
                : TrafficSplit.of(
                        List.of(new TrafficSplit.Arm(active, 100 - percent), new TrafficSplit.Arm(version, percent)));
        return new Course(active, version, percent, canary, split);
    }

    private Optional<VersionRef> recorded(Stage stage) {
        return RolloutStatus.with(registry.deployed(model, environment), stage).reduce((earlier, later) -> later);
    }

    private int percent(VersionRef version) {
        Deployment here = registry.deployed(model, environment).get(version);
        return Math.max(1, Math.min(99, here == null ? 1 : here.percent()));
    }

    @Override
    TrafficSplit split() {
        return course.split();
    }

    @Override
    AnswerRole role(int arm) {
        return arm == 0 ? AnswerRole.ACTIVE : AnswerRole.CANARY;
    }

    @Override
    boolean hears(VersionRef version) {
        return true;
    }

    @Override
    void answered(VersionRef by, long latencyNanos) {
        Course now = course;
        if (!now.alone() && inForce()) {
            now.canary().answered(by.equals(now.version()), latencyNanos);
            markChanged();
        }
    }

    @Override
    void failed(VersionRef by) {
        Course now = course;
        if (!now.alone() && inForce()) {
            boolean ran = now.canary().status() == CanaryStatus.RUNNING;
            markChanged();
            if (now.canary().failed(by.equals(now.version())) == CanaryStatus.ROLLED_BACK && ran) {
                takeBack(now, SignalKind.ERRORS);
            }
        }
    }

    private void takeBack(Course now, SignalKind signal) {
        markChanged();
        traffic().reject(now.version(), signal, now.canary().report().reason());
    }

    @Override
    void begin() {
        followShadow();
    }

    @Override
    synchronized void act() {
        followCanary();
        followShadow();
        Course now = course;
        if (!now.alone() && inForce()) {
            CanaryStatus joined = now.canary()
                    .join(parts.others().stream().map(RolloutEvidence::state).toList());
            boolean slow = joined == CanaryStatus.RUNNING && ServedCanary.falls(now.canary());
            if (now.canary().status() == CanaryStatus.ROLLED_BACK) { // by a request, where it is not for slowness
                takeBack(now, slow ? SignalKind.LATENCY : SignalKind.ERRORS);
            }
        }
    }

    private void followCanary() {
        VersionRef active =
                registry.findActive(model, environment).map(ModelVersion::ref).orElse(null);
        if (active == null) {
            return;
        }
        Course now = course;
        VersionRef version = recorded(Stage.CANARY).orElse(active);
        if (now.is(active, version, percent(version)) && inForce() && parts.current(active, version)) {
            return;
        }
        keep(); // the verdict on a canary that was taken back
        Course next = course(active);
        course = next; // before the first request is dealt by it, or what the canary does to that would not count
        try {
            traffic().deal(next.split());
            markChanged();
        } catch (EdgeException e) {
            Optional<Canary.State> known = parts.turnTo(now.before(), now.version());
            course = now;
            LOG.debug("{} goes on{}", now.version(), known.isPresent() ? " with what it has shown" : "");
            LOG.warn("The canary {} cannot be served: {}", version, e.getMessage());
            traffic().endCanary(version, "cannot be served: " + e.getMessage());
        }
    }

    private void followShadow() {
        VersionRef wanted = recorded(Stage.SHADOW).orElse(null);
        if (wanted == null ? shadow == null : wanted.equals(shadow)) {
            return;
        }
        shadow = wanted; // one that cannot be opened is not tried again
        markChanged();
        try {
            traffic().shadow(wanted, shadowFraction);
        } catch (EdgeException e) {
            LOG.warn("The shadow {} cannot be opened: {}", wanted, e.getMessage());
        }
    }

    @Override
    boolean keeps(VersionRef kept) {
        Course now = course;
        return !now.alone() && kept.equals(now.before()) && now.canary().status() == CanaryStatus.RUNNING;
    }

    @Override
    void rejected(VersionRef rejected, String why) {
        Course now = course;
        if (!now.alone() && rejected.equals(now.version())) {
            now.canary().rollBack(why);
            markChanged();
            try {
                traffic().endCanary(rejected, why);
            } catch (LifecycleException e) {
                LOG.info("{} was taken back by somebody else already: {}", rejected, e.getMessage());
            }
        }
    }

    @Override
    RolloutEvidence state() {
        Course now = course;
        return new RolloutEvidence(
                now.before().toString(),
                now.version().toString(),
                now.percent(),
                now.canary().state());
    }
}
