package io.edgeai;

import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.TrafficSplit;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new version on its way to all of an endpoint's requests: step by step, back at once where it is worse, and promoted
 * where it went through. What it has shown is kept in the registry's database every half second; an endpoint of the same
 * versions and plan goes on from it, and a version that was taken back gets no second chance by a restart. Endpoints of other
 * processes with the same versions and plan count with it, and follow its decisions. Ends where the split is changed or another
 * version is promoted. Thread-safe.
 */
public final class ServedCanary extends Trial<ServedCanary.Kept> {
    private static final Logger LOG = LoggerFactory.getLogger(ServedCanary.class);

    private final VersionRef before;
    private final VersionRef version;
    private final CanaryPlan plan;
    private final Canary canary;
    private volatile TrafficSplit split;

    /** What outlives the process. */
    record Kept(String before, String version, String plan, Canary.State state) {}

    private ServedCanary(VersionRef before, VersionRef version, CanaryPlan plan, Canary canary, Keeping<Kept> keeping) {
        super(keeping);
        this.before = before;
        this.version = version;
        this.plan = plan;
        this.canary = canary;
        this.split = split(canary.share());
    }

    static ServedCanary open(
            VersionRef before, VersionRef version, CanaryPlan plan, Clock clock, Keeping<Kept> keeping) {
        Optional<Kept> own = keeping.read();
        List<Kept> others = keeping.others();
        boolean over = Stream.concat(own.stream(), others.stream())
                .anyMatch(kept -> kept.state().status() == CanaryStatus.PASSED);
        if (over) { // and was taken back by hand afterwards, or this would not be asked for
            keeping.delete();
        }
        Canary canary = own.filter(kept -> !over)
                .filter(kept -> kept.before().equals(before.toString())
                        && kept.version().equals(version.toString())
                        && kept.plan().equals(plan.toString())
                        && (kept.state().status() == CanaryStatus.RUNNING
                                || kept.state().status() == CanaryStatus.ROLLED_BACK))
                .map(kept -> new Canary(plan, clock, kept.state()))
                .orElseGet(() -> new Canary(plan, clock));
        CanaryStatus joined =
                canary.join(over ? List.of() : others.stream().map(Kept::state).toList());
        LOG.debug("{} beside {} is {} by what {} others know", version, before, joined, others.size());
        return new ServedCanary(before, version, plan, canary, keeping);
    }

    /** How far it came and what speaks for or against it; once passed, the version is the active one. */
    public synchronized Canary.Report report() {
        return canary.report();
    }

    @Override
    TrafficSplit split() {
        return split;
    }

    private TrafficSplit split(double share) {
        if (share == 0 || share == 1) {
            return TrafficSplit.all(share == 0 ? before : version);
        }
        return TrafficSplit.of(List.of(new TrafficSplit.Arm(before, 1 - share), new TrafficSplit.Arm(version, share)));
    }

    @Override
    AnswerRole role(int arm) {
        return arm == 0 ? AnswerRole.ACTIVE : AnswerRole.CANARY;
    }

    @Override
    boolean hears(VersionRef heard) {
        return heard.equals(version) || heard.equals(before);
    }

    @Override
    void answered(VersionRef by, long latencyNanos) {
        if (inForce()) {
            canary.answered(by.equals(version), latencyNanos);
            markChanged();
        }
    }

    @Override
    void failed(VersionRef by) {
        if (inForce()) {
            boolean ran = running();
            markChanged();
            if (canary.failed(by.equals(version)) == CanaryStatus.ROLLED_BACK && ran) {
                takeBack(SignalKind.ERRORS);
            }
        }
    }

    @Override
    void begin() {
        if (running()) {
            traffic().canary(version, canary.share());
        }
    }

    @Override
    synchronized void act() {
        if (!running()) {
            return;
        }
        if (!inForce()) {
            canary.end();
            markChanged();
            traffic().endCanary(version, "the split was changed");
            return;
        }
        double share = canary.share();
        if (canary.join(keeping().others().stream().map(Kept::state).toList()) == CanaryStatus.ROLLED_BACK) {
            takeBack(SignalKind.ERRORS);
            return;
        }
        boolean slow = falls(canary);
        double now = canary.share();
        if (slow) {
            takeBack(SignalKind.LATENCY);
        } else if (now == 1) {
            markChanged();
            traffic()
                    .promote(
                            version,
                            "canary of " + plan.shares() + " passed with ("
                                    + canary.report().requests() + ") requests");
        } else if (now > share) { // not 0: then a request has just failed that takes it back
            markChanged();
            TrafficSplit next = split(now);
            split = next;
            traffic().deal(next, this::running);
            if (running()) {
                traffic().canary(version, now);
            }
            if (!running()) { // a request that failed meanwhile took it back, maybe before its share was noted
                takeBack(SignalKind.ERRORS);
                traffic().endCanary(version, canary.report().reason());
            }
        }
    }

    private boolean running() {
        return canary.status() == CanaryStatus.RUNNING;
    }

    /** Advances a canary; says whether it was taken back for it, and not meanwhile by a request that failed. */
    static boolean falls(Canary canary) {
        synchronized (canary) { // which it locks itself
            return canary.status() == CanaryStatus.RUNNING && canary.advance() == CanaryStatus.ROLLED_BACK;
        }
    }

    private void takeBack(SignalKind signal) {
        markChanged();
        traffic().reject(version, signal, canary.report().reason());
    }

    @Override
    boolean keeps(VersionRef kept) {
        return kept.equals(before) && running();
    }

    @Override
    void rejected(VersionRef rejected, String why) {
        if (rejected.equals(version)) {
            canary.rollBack(why);
            markChanged();
            traffic().endCanary(version, why);
        }
    }

    @Override
    Kept state() {
        return new Kept(before.toString(), version.toString(), plan.toString(), canary.state());
    }
}
