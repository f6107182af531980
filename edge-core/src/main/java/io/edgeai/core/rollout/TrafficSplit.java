package io.edgeai.core.rollout;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Shares requests among versions by weight. A request with a unit id (user, device) always goes to the same version:
 * FNV-1a over the salt and the id's UTF-16 units, finished with the mixer of SplitMix64, decides, with no state to
 * keep. Immutable and thread-safe.
 */
public final class TrafficSplit {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final List<Arm> arms;
    private final long[] upper;
    private final String salt;
    private final long salted;

    /**
     * One version and its share.
     *
     * @param version which version
     * @param weight above 0; shares are weights over their sum
     */
    public record Arm(VersionRef version, double weight) {
        public Arm {
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new InvalidInputException("Weight (" + weight + ") of (" + version
                        + ") must be a finite number above 0. Maybe leave the version out.");
            }
        }
    }

    private TrafficSplit(List<Arm> arms, String salt) {
        if (arms.isEmpty()) {
            throw new InvalidInputException("A traffic split needs at least one version. Maybe add an arm.");
        }
        Set<VersionRef> seen = new HashSet<>();
        for (Arm arm : arms) {
            if (!seen.add(arm.version())) {
                throw new InvalidInputException("Version (" + arm.version() + ") occurs twice in one split.");
            }
        }
        this.arms = List.copyOf(arms);
        this.salt = salt;
        this.salted = fnv(FNV_OFFSET, salt);
        this.upper = new long[arms.size()];
        double total = arms.stream().mapToDouble(Arm::weight).sum();
        if (Double.isInfinite(total)) {
            throw new InvalidInputException("Weights add up to (" + total + "). Maybe use shares of 1.");
        }
        double sum = 0;
        for (int i = 0; i < upper.length; i++) {
            sum += arms.get(i).weight();
            upper[i] = (long) (sum / total * Long.MAX_VALUE);
        }
        upper[upper.length - 1] = Long.MAX_VALUE;
    }

    /** Everything to one version. */
    public static TrafficSplit all(VersionRef version) {
        return new TrafficSplit(List.of(new Arm(version, 1)), "");
    }

    public static TrafficSplit of(List<Arm> arms) {
        return new TrafficSplit(arms, "");
    }

    /** This split with one more version: all earlier shares shrink in proportion. */
    public TrafficSplit and(VersionRef version, double weight) {
        List<Arm> more = new ArrayList<>(arms);
        more.add(new Arm(version, weight));
        return new TrafficSplit(more, salt);
    }

    /** The same shares, dealt anew: units meet another version with another salt. Default is the empty salt. */
    public TrafficSplit salt(String newSalt) {
        return new TrafficSplit(arms, newSalt);
    }

    public List<Arm> arms() {
        return arms;
    }

    /** Index of the arm for a unit; the same at every call, in every JVM. */
    public int armOf(String unitId) {
        return armOf(mix(fnv(salted, unitId)));
    }

    /** Index of the arm for 64 uniformly distributed bits. */
    public int armOf(long bits) {
        long draw = bits & Long.MAX_VALUE;
        int arm = 0;
        while (draw > upper[arm]) {
            arm++;
        }
        return arm;
    }

    private static long fnv(long hash, String text) {
        long h = hash;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * FNV_PRIME;
        }
        return h;
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public String toString() {
        return "TrafficSplit" + arms;
    }
}
