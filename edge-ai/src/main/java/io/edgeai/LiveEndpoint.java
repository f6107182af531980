package io.edgeai;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadDefaults;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An endpoint that follows the registry and reacts to alerts. Thread-safe. */
final class LiveEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveEndpoint.class);

    private final String model;
    private final EdgeModelRegistry registry;
    private final ModelEndpoint endpoint;
    private final boolean followsActive;
    private final Set<SignalKind> rollbackOn;
    private final List<EventBus.AutoSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private VersionRef followed;

    private LiveEndpoint(Serving serving, EdgeModelRegistry registry, ModelEndpoint endpoint, boolean followsActive) {
        this.model = serving.model();
        this.registry = registry;
        this.endpoint = endpoint;
        this.followsActive = followsActive;
        this.rollbackOn = Set.copyOf(serving.rollbackSignals());
        this.followed = endpoint.split().arms().get(0).version();
    }

    static LiveEndpoint open(
            Serving serving,
            EdgeModelRegistry registry,
            Models models,
            Tunings tunings,
            EdgeMonitor monitor,
            EventBus events,
            Ticker ticker) {
        boolean followsActive = serving.arms().isEmpty();
        TrafficSplit split = followsActive
                ? TrafficSplit.all(registry.active(serving.model()).ref())
                : TrafficSplit.of(serving.arms());
        ModelVersion first = registry.get(split.arms().get(0).version());
        WorkloadDefaults defaults = first.workload().defaults();
        ModelEndpoint.Builder builder = ModelEndpoint.builder()
                .opener(ref -> {
                    ModelVersion version = registry.get(ref);
                    return serving.open(version, models, serving.options(defaults, tunings.faster(version)));
                })
                .split(split)
                .listeners(monitor.factory())
                .ticker(ticker);
        serving.configure(builder, defaults);
        LiveEndpoint live = new LiveEndpoint(serving, registry, builder.build(), followsActive);
        live.listen(events);
        return live;
    }

    private void listen(EventBus events) {
        if (!rollbackOn.isEmpty()) {
            subscriptions.add(events.subscribe(AlertRaised.class, this::alertRaised));
        }
        if (followsActive) {
            subscriptions.add(events.subscribe(StageChanged.class, this::stageChanged));
            follow(); // a promotion while the endpoint opened
        }
    }

    ModelEndpoint endpoint() {
        return endpoint;
    }

    boolean closed() {
        return endpoint.closed();
    }

    private void stageChanged(StageChanged event) {
        if (event.to() == Stage.ACTIVE && isOurs(event.version())) {
            follow();
        }
    }

    /** Brings the endpoint to what the registry says now, whatever order events came in; a split set by hand stands until then. */
    synchronized void follow() {
        if (!followsActive || !open()) {
            return;
        }
        Optional<VersionRef> active = registry.findActive(model).map(ModelVersion::ref);
        if (active.isPresent() && !active.get().equals(followed)) {
            endpoint.split(TrafficSplit.all(active.get()));
            followed = active.get();
        }
    }

    private synchronized void alertRaised(AlertRaised alert) {
        if (!rollbackOn.contains(alert.signal()) || !isOurs(alert.version()) || !open()) {
            return;
        }
        List<TrafficSplit.Arm> arms = endpoint.split().arms();
        List<TrafficSplit.Arm> others = arms.stream()
                .filter(arm -> !arm.version().equals(alert.version()))
                .toList();
        if (others.size() == arms.size()) {
            return;
        }
        if (!others.isEmpty()) {
            LOG.warn("{} gets no more requests: {}", alert.version(), alert.message());
            endpoint.split(TrafficSplit.of(others));
        } else if (followsActive && isActive(alert.version())) {
            rollBack(alert);
        } else if (!followsActive) {
            LOG.warn("{} has an alert but no other version to go back to: {}", alert.version(), alert.message());
        }
    }

    private void rollBack(AlertRaised alert) {
        try {
            ModelVersion before = registry.rollback(model, "alert on " + alert.signal() + ": " + alert.message());
            LOG.warn("{} was rolled back to {}: {}", alert.version(), before.ref(), alert.message());
        } catch (LifecycleException e) {
            LOG.warn(
                    "{} has an alert ({}) but cannot be rolled back: {}",
                    alert.version(),
                    alert.message(),
                    e.getMessage());
        }
    }

    private boolean isActive(VersionRef version) {
        return registry.findActive(model)
                .filter(now -> now.ref().equals(version))
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
        endpoint.close();
    }
}
