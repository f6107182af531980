package io.edgeai;

import io.edgeai.core.concurrent.Ticker;
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
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    private final List<EventBus.AutoSubscription> subscriptions = new ArrayList<>();

    private LiveEndpoint(
            Serving serving,
            EdgeModelRegistry registry,
            ModelEndpoint endpoint,
            boolean followsActive,
            EventBus events) {
        this.model = serving.model();
        this.registry = registry;
        this.endpoint = endpoint;
        this.followsActive = followsActive;
        this.rollbackOn = Set.copyOf(serving.rollbackSignals());
        if (followsActive) {
            subscriptions.add(events.subscribe(StageChanged.class, this::stageChanged));
        }
        if (!rollbackOn.isEmpty()) {
            subscriptions.add(events.subscribe(AlertRaised.class, this::alertRaised));
        }
    }

    static LiveEndpoint open(
            Serving serving,
            EdgeModelRegistry registry,
            Models models,
            EdgeMonitor monitor,
            EventBus events,
            Ticker ticker) {
        boolean followsActive = serving.arms().isEmpty();
        TrafficSplit split = followsActive
                ? TrafficSplit.all(registry.active(serving.model()).ref())
                : TrafficSplit.of(serving.arms());
        ModelVersion first = registry.get(split.arms().get(0).version());
        WorkloadDefaults defaults = first.workload().defaults();
        SessionOptions options = serving.options(defaults);
        ModelEndpoint.Builder builder = ModelEndpoint.builder()
                .opener(ref -> models.open(ref, options))
                .split(split)
                .listeners(monitor.factory())
                .ticker(ticker);
        serving.configure(builder, defaults);
        return new LiveEndpoint(serving, registry, builder.build(), followsActive, events);
    }

    ModelEndpoint endpoint() {
        return endpoint;
    }

    boolean closed() {
        return endpoint.closed();
    }

    private void stageChanged(StageChanged event) {
        if (event.to() == Stage.ACTIVE && isOurs(event.version()) && open()) {
            endpoint.split(TrafficSplit.all(event.version()));
        }
    }

    private void alertRaised(AlertRaised alert) {
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
        } else if (followsActive && hasPredecessor()) {
            LOG.warn("{} is rolled back: {}", alert.version(), alert.message());
            registry.rollback(model, "alert on " + alert.signal() + ": " + alert.message());
        } else {
            LOG.warn("{} has an alert but no other version to go back to: {}", alert.version(), alert.message());
        }
    }

    private boolean hasPredecessor() {
        return registry.versions(model).stream().anyMatch(version -> version.stage() == Stage.SUPERSEDED);
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
    public void close() {
        subscriptions.forEach(EventBus.AutoSubscription::close);
        endpoint.close();
    }
}
