package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.ThompsonSampling;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.experiment.BanditStanding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives the versions of a split the requests that they earn: after every so many rewards each gets the share that is the
 * probability that it is the best ({@link ThompsonSampling}). Rewards are kept beside the registry every half second; an
 * endpoint of the same versions goes on from them. Over once the split is changed by somebody else. Thread-safe.
 */
public final class ServedBandit extends Trial<ServedBandit.Kept> {
    /** Below the home. */
    static final String FOLDER = "bandits";

    private final List<VersionRef> versions;
    private final int every;
    private final ThompsonSampling bandit;
    private TrafficSplit split;
    private int rewards;

    /** What outlives the process. */
    record Kept(List<String> versions, ThompsonSampling.State state) {
        Kept {
            versions = List.copyOf(versions);
        }
    }

    private ServedBandit(List<VersionRef> versions, int every, ThompsonSampling bandit, StateFile<Kept> file) {
        super(file);
        this.versions = versions;
        this.every = every;
        this.bandit = bandit;
        this.split = splitNow();
    }

    static ServedBandit open(List<VersionRef> versions, double floor, int every, StateFile<Kept> file) {
        ThompsonSampling fresh = new ThompsonSampling(versions.size(), floor);
        List<String> names = versions.stream().map(VersionRef::toString).toList();
        ThompsonSampling bandit = file.read()
                .filter(kept -> kept.versions().equals(names) && kept.state().floor() == floor)
                .map(kept -> new ThompsonSampling(kept.state()))
                .orElse(fresh);
        return new ServedBandit(versions, every, bandit, file);
    }

    static StateFile<Kept> kept(EdgeModelRegistry registry, String model, String environment) {
        return new StateFile<>(registry.home(), FOLDER, Serving.kept(model, environment), Kept.class);
    }

    /**
     * What the bandit of a model has earned, as the process that serves it kept it last, at most half a second ago.
     *
     * @param environment where the model is served
     * @return empty where nothing was kept
     * @throws io.edgeai.core.error.StorageException where what was kept is damaged
     */
    public static Optional<BanditStanding> shown(EdgeModelRegistry registry, String model, String environment) {
        return kept(registry, model, environment).read().map(kept -> standing(model, kept, null));
    }

    static BanditStanding standing(String model, Kept kept, @Nullable Boolean inForce) {
        return BanditStanding.of(model, kept.versions(), kept.state(), inForce);
    }

    List<VersionRef> versions() {
        return versions;
    }

    /**
     * Adds what an answer earned.
     *
     * @param version that gave it, as {@link io.edgeai.core.serving.Answer#version} says
     * @param reward 0 to 1, e.g. 1 for a click
     * @throws InvalidInputException where the version takes no part, or for another reward
     */
    public void reward(VersionRef version, double reward) {
        int arm = versions.indexOf(version);
        if (arm < 0) {
            throw new InvalidInputException("Version (" + version + ") takes no part. Maybe one of " + versions + "?");
        }
        bandit.reward(arm, reward);
        markChanged();
        synchronized (this) {
            rewards++;
            if (rewards % every == 0 && inForce()) {
                split = splitNow();
                traffic().deal(split);
            }
        }
    }

    /** Share of the requests that each version would get now, by all rewards so far. */
    public Map<VersionRef, Double> shares() {
        Map<VersionRef, Double> shares = new LinkedHashMap<>();
        List<Double> all = bandit.shares();
        for (int arm = 0; arm < versions.size(); arm++) {
            shares.put(versions.get(arm), all.get(arm));
        }
        return shares;
    }

    @Override
    synchronized TrafficSplit split() {
        return split;
    }

    private TrafficSplit splitNow() {
        List<TrafficSplit.Arm> arms = new ArrayList<>();
        shares().forEach((version, share) -> arms.add(new TrafficSplit.Arm(version, Math.max(share, 1e-9))));
        return TrafficSplit.of(arms);
    }

    @Override
    boolean hears(VersionRef version) {
        return false;
    }

    @Override
    void answered(VersionRef version, long latencyNanos) {}

    @Override
    void failed(VersionRef version) {}

    @Override
    Kept state() {
        return new Kept(versions.stream().map(VersionRef::toString).toList(), bandit.state());
    }
}
