package io.edgeai;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.HealthChanged;
import io.edgeai.core.event.SampleRatioMismatched;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An endpoint that follows the registry and reacts to alerts. Thread-safe. */
final class LiveEndpoint implements AutoCloseable, Traffic {
    private static final Logger LOG = LoggerFactory.getLogger(LiveEndpoint.class);

    private final Serving serving;
    private final String model;
    private final EdgeModelRegistry registry;
    private final Lifecycle life;
    private final EventBus events;
    private final Clock clock;
    private final @Nullable Trial<?> trial;
    private final ModelEndpoint endpoint;
    private final boolean followsActive;
    private final NodeName node;
    private final ShadowParts shadows;
    private final Set<SignalKind> rollbackOn;
    private final SharedSlowness sharedSlowness;
    private final @Nullable Degradation degradation;
    private final List<EventBus.AutoSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private VersionRef followed;

    private LiveEndpoint(
            Serving serving,
            EndpointParts instance,
            ModelEndpoint endpoint,
            boolean followsActive,
            @Nullable Trial<?> trial,
            NodeName node,
            ShadowParts shadows) {
        this.node = node;
        this.shadows = shadows;
        this.serving = serving;
        this.model = serving.model();
        this.registry = instance.registry();
        this.life = registry.lifecycle().in(serving.environment());
        this.events = instance.events();
        this.clock = instance.clock();
        this.trial = trial;
        this.endpoint = endpoint;
        this.followsActive = followsActive;
        this.rollbackOn = Set.copyOf(serving.rollbackSignals());
        this.sharedSlowness = new SharedSlowness(instance.monitor());
        this.degradation = serving.degradation(registry, life, clock);
        this.followed = endpoint.split().arms().get(0).version();
    }

    static LiveEndpoint open(Serving serving, EndpointParts instance) {
        EdgeModelRegistry registry = instance.registry();
        boolean followsActive = serving.arms().isEmpty();
        List<TrafficSplit.Arm> arms = followsActive
                ? List.of(new TrafficSplit.Arm(serving.requireTarget(registry).ref(), 1))
                : serving.arms();
        NodeName node = NodeName.take(registry.home(), Serving.kept(serving.model(), serving.environment()));
        boolean named = false;
        try {
            LiveEndpoint live = open(serving, instance, arms, followsActive, node);
            named = true;
            return live;
        } finally {
            if (!named) {
                node.close();
            }
        }
    }

    private static LiveEndpoint open(
            Serving serving,
            EndpointParts instance,
            List<TrafficSplit.Arm> arms,
            boolean followsActive,
            NodeName node) {
        EdgeModelRegistry registry = instance.registry();
        Trial<?> trial = serving.openTrial(arms, registry, instance.clock(), node.toString());
        ShadowParts shadows = new ShadowParts(registry, serving.model(), serving.environment(), node.toString());
        ModelEndpoint opened =
                instance.endpoint(serving, arms, trial).shadows(shadows::known).build();
        LiveEndpoint live = new LiveEndpoint(serving, instance, opened, followsActive, trial, node, shadows);
        boolean complete = false;
        try {
            if (trial != null) {
                trial.attach(live);
                trial.begin();
            }
            serving.startShadow(live.endpoint);
            live.listen();
            complete = true;
            return live;
        } finally {
            if (!complete) {
                live.endpoint.close();
            }
        }
    }

    @Override
    public boolean deals(TrafficSplit split) {
        return !endpoint.closed() && endpoint.split() == split;
    }

    @Override
    public synchronized void deal(TrafficSplit split, BooleanSupplier wanted) {
        if (wanted.getAsBoolean() && open()) {
            endpoint.split(split);
        }
    }

    @Override
    public void canary(VersionRef version, double share) {
        if (followsActive) {
            int percent = Math.max(1, Math.min(99, (int) Math.round(100 * share)));
            life.canary(version, percent, "served to a share of the requests");
        }
    }

    @Override
    public void endCanary(VersionRef version, String why) {
        boolean noted = registry.deployments(version).stream()
                .anyMatch(here -> here.environment().equals(life.environment()) && here.stage() == Stage.CANARY);
        if (followsActive && noted) {
            life.rollbackCanary(version, why);
        }
    }

    @Override
    public synchronized void shadow(@Nullable VersionRef version, double fraction) {
        if (!open()) {
            return;
        }
        if (version == null) {
            endpoint.endShadow();
        } else {
            endpoint.shadow(version, fraction);
        }
    }

    @Override
    public void promote(VersionRef version, String reason) {
        try {
            if (!isActive(version)) { // else another process promoted it just now
                life.promote(version, reason);
            }
        } finally {
            deal(TrafficSplit.all(version));
        }
    }

    private void listen() {
        if (!rollbackOn.isEmpty()) {
            subscriptions.add(events.subscribe(AlertRaised.class, this::alertRaised));
        }
        if (degradation != null) {
            subscriptions.add(events.subscribe(HealthChanged.class, this::healthChanged));
        }
        subscriptions.add(events.subscribe(StageChanged.class, this::stageChanged));
        if (followsActive) {
            follow(); // a promotion while the endpoint opened
        }
    }

    ModelEndpoint endpoint() {
        return endpoint;
    }

    String model() {
        return model;
    }

    /** What learns from the requests, where it is of this kind. */
    <T extends Trial<?>> Optional<T> trial(Class<T> kind) {
        return Optional.ofNullable(trial).filter(kind::isInstance).map(kind::cast);
    }

    /** What is to be done every half second. */
    void tick() {
        settle();
        follow();
        shunQuarantined();
        judgeWaiting();
        if (degradation != null && !closed()) {
            degradation.act();
        }
        if (trial != null && !closed()) {
            trial.act();
            trial.keep();
        }
        shadows.keep(endpoint);
        endpoint.closeExpired();
    }

    @Override
    public void reject(VersionRef version, SignalKind signal, String message) {
        AlertRaised alert = new AlertRaised(version, signal, 1, message, clock.instant());
        boolean taken;
        synchronized (this) {
            taken = open() && withoutRequests(alert);
        }
        if (taken) { // by this call: of two that find a version bad, one raises the alert
            events.publish(alert);
        }
    }

    @Override
    public void mismatched(Map<String, Long> units, double pValue) {
        LOG.warn("The units of the experiment on {} do not fit its shares (p = {}): {}", model, pValue, units);
        events.publish(new SampleRatioMismatched(ModelId.of(model), units, pValue, clock.instant()));
    }

    boolean closed() {
        return endpoint.closed();
    }

    /** Where the user has closed the endpoint, lets another have its place. */
    void settle() {
        if (closed()) {
            node.close();
        }
    }

    private void stageChanged(StageChanged event) {
        if (!isOurs(event.version())) {
            return;
        }
        if (event.to() == Stage.ACTIVE || event.to() == Stage.QUARANTINED) {
            follow();
        }
        if (event.to() == Stage.QUARANTINED) {
            shun(event.version());
        }
    }

    private void shunQuarantined() {
        for (TrafficSplit.Arm arm : endpoint.split().arms()) {
            boolean quarantined = registry.findRecent(arm.version())
                    .filter(version -> version.stage() == Stage.QUARANTINED)
                    .isPresent();
            if (quarantined) {
                shun(arm.version());
            }
        }
    }

    /** A quarantined version gets no more requests, even where that leaves nobody to answer. */
    private synchronized void shun(VersionRef version) {
        if (!open() || !serves(version)) {
            return;
        }
        List<TrafficSplit.Arm> others = endpoint.split().arms().stream()
                .filter(arm -> !arm.version().equals(version))
                .toList();
        if (others.isEmpty()) {
            LOG.warn("{} is quarantined and no other version serves ({}); its endpoint closes", version, model);
            endpoint.close();
        } else {
            LOG.warn("{} is quarantined and gets no more requests", version);
            endpoint.split(TrafficSplit.of(others));
        }
    }

    /** Brings the endpoint to what the registry says now, whatever order events came in; a split set by hand stands until then. */
    synchronized void follow() {
        if (!followsActive || !open()) {
            return;
        }
        Optional<VersionRef> active = serving.target(registry).map(ModelVersion::ref);
        if (active.isPresent() && !active.get().equals(followed)) {
            if (!serving.aliased()) {
                endpoint.split(TrafficSplit.all(active.get()));
                followed = active.get();
                return;
            }
            followed = active.get(); // an alias may point anywhere, and what cannot be served now is not tried again
            try {
                endpoint.split(TrafficSplit.all(followed));
            } catch (EdgeException e) {
                LOG.warn("{} answers no requests, though an alias points at it: {}", followed, e.getMessage());
            }
        } else if (active.isEmpty()
                && registry.findRecent(followed).map(ModelVersion::stage).equals(Optional.of(Stage.QUARANTINED))) {
            shun(followed);
        }
    }

    private void healthChanged(HealthChanged health) {
        if (degradation != null && open()) {
            degradation.heard(health);
        }
    }

    private synchronized void alertRaised(AlertRaised alert) {
        if (!rollbackOn.contains(alert.signal()) || !isOurs(alert.version()) || !open()) {
            return;
        }
        if (serves(alert.version())) {
            judge(alert);
        }
    }

    private void judge(AlertRaised alert) {
        if (sharedSlowness.excuses(alert)) {
            LOG.warn("{} keeps its requests, since others are slow too: {}", alert.version(), alert.message());
            return;
        }
        sharedSlowness.forget(alert.version());
        if (!withoutRequests(alert)) {
            if (followsActive && isActive(alert.version())) {
                rollBack(alert);
            } else if (!followsActive) {
                LOG.warn("{} has an alert but no other version to go back to: {}", alert.version(), alert.message());
            }
        }
    }

    private synchronized void judgeWaiting() {
        for (AlertRaised alert : sharedSlowness.over()) {
            if (!open() || !serves(alert.version())) {
                sharedSlowness.forget(alert.version());
            } else {
                judge(alert);
            }
        }
    }

    private boolean serves(VersionRef version) {
        return endpoint.split().arms().stream().anyMatch(arm -> arm.version().equals(version));
    }

    /** Whether the version got out of the split, because another is in it. */
    private boolean withoutRequests(AlertRaised alert) {
        List<TrafficSplit.Arm> others = endpoint.split().arms().stream()
                .filter(arm -> !arm.version().equals(alert.version()))
                .toList();
        boolean needed = trial != null && trial.keeps(alert.version());
        if (others.isEmpty() || needed || !serves(alert.version())) {
            return false;
        }
        LOG.warn("{} gets no more requests: {}", alert.version(), alert.message());
        endpoint.split(TrafficSplit.of(others)); // before anything is written, which takes its time
        if (trial != null) {
            trial.rejected(alert.version(), alert.message());
        }
        return true;
    }

    private void rollBack(AlertRaised alert) {
        try {
            ModelVersion before = life.rollback(model, "alert on " + alert.signal() + ": " + alert.message());
            LOG.warn("{} was rolled back to {}: {}", alert.version(), before.ref(), alert.message());
        } catch (LifecycleException e) {
            LOG.warn(
                    "{} has an alert ({}) but cannot be rolled back: {}",
                    alert.version(),
                    alert.message(),
                    e.getMessage());
            if (degradation != null) {
                degradation.alerted(alert.version(), "alert on " + alert.signal() + ": " + alert.message());
            }
        }
    }

    private boolean isActive(VersionRef version) {
        return registry.findActive(model, life.environment())
                .map(ModelVersion::ref)
                .filter(version::equals)
                .isPresent();
    }

    private boolean isOurs(VersionRef version) {
        return version.model().name().equals(model);
    }

    /** False once the user closed the endpoint; then it stops listening. */
    private boolean open() {
        if (endpoint.closed()) {
            subscriptions.forEach(EventBus.AutoSubscription::close);
            return false;
        }
        return true;
    }

    @Override
    public synchronized void close() {
        subscriptions.forEach(EventBus.AutoSubscription::close);
        shadows.keep(endpoint);
        endpoint.close();
        if (trial != null) {
            trial.keep();
        }
        node.close();
    }
}
