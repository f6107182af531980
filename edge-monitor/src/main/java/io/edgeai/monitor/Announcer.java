package io.edgeai.monitor;

import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.HealthChanged;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.HealthLevel;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.advice.Advice;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the world, once a minute, of versions whose health changed its level and of new advice: once as long as it stands or
 * comes again within 30 minutes, also after a restart where there is a history. A level is left upwards
 * only 5 points above its end, so that a score at the border does not chatter. Thread-safe.
 */
final class Announcer {
    private static final double GOOD = 85;
    private static final double FAIR = 60;
    private static final double MARGIN = 5;

    private final EventBus events;
    private final Map<VersionRef, HealthLevel> levels = new ConcurrentHashMap<>();
    private final Map<VersionRef, StandingAdvice> advised = new ConcurrentHashMap<>();

    Announcer(EventBus events) {
        this.events = events;
    }

    void health(VersionRef version, Health health) {
        HealthLevel before = levels.getOrDefault(version, HealthLevel.UNKNOWN);
        double score = health.score().orElse(Double.NaN);
        HealthLevel now = level(score, before);
        levels.put(version, now);
        if (now != before) {
            String cause = health.topCause().map(HealthPart::reason).orElse("");
            events.publish(new HealthChanged(version, before, now, score, cause, health.at()));
        }
    }

    /** Tells what is new; gives what is to be kept, where it is time. */
    Optional<byte[]> advice(VersionRef version, List<Advice> list, Instant now) {
        Set<AdvisedAction> standing = EnumSet.noneOf(AdvisedAction.class);
        list.forEach(each -> standing.add(each.action()));
        StandingAdvice known = advised.computeIfAbsent(version, key -> new StandingAdvice());
        Set<AdvisedAction> fresh;
        Optional<byte[]> keep;
        synchronized (known) {
            fresh = known.fresh(standing, now);
            keep = known.due(!fresh.isEmpty(), now) ? Optional.of(known.save()) : Optional.empty();
        }
        for (Advice each : list) {
            if (fresh.contains(each.action())) {
                events.publish(new ActionAdvised(version, each.action(), each.gain(), each.evidence(), now));
            }
        }
        return keep;
    }

    /** What stood in an earlier run is not told again. */
    void restoreAdvice(VersionRef version, byte[] state) {
        StandingAdvice earlier = new StandingAdvice();
        earlier.restore(state);
        advised.put(version, earlier);
    }

    void forget(VersionRef version) {
        levels.remove(version);
        advised.remove(version);
    }

    private static HealthLevel level(double score, HealthLevel before) {
        if (Double.isNaN(score)) {
            return HealthLevel.UNKNOWN;
        }
        double good = before == HealthLevel.FAIR || before == HealthLevel.POOR ? GOOD + MARGIN : GOOD;
        double fair = before == HealthLevel.POOR ? FAIR + MARGIN : FAIR;
        return score >= good ? HealthLevel.GOOD : score >= fair ? HealthLevel.FAIR : HealthLevel.POOR;
    }
}
