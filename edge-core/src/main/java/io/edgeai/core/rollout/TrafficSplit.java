package io.edgeai.core.rollout;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shares requests among versions by weight. A request with a unit id (user, device) always goes to the same version:
 * a hash of the salt and the id decides, with no state to keep. Immutable and thread-safe.
 *
 * <p>The hash, in 64-bit arithmetic that overflows: h begins as {@code 0xcbf29ce484222325}. The salt, then the id, is taken as
 * numbers of four UTF-16 units each, the first unit lowest, the last number filled up with zeros; for each number w,
 * {@code h = (h ^ w) * 0x9e3779b97f4a7c15} and {@code h ^= h >>> 32}; after each text, {@code h ^= } its length in units. The
 * mixer of SplitMix64 ends it.
 */
public final class TrafficSplit {
    private static final long BEGIN = 0xcbf29ce484222325L;
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private final List<Arm> arms;
    private final long[] upper;
    private final String salt;
    private final long salted;
    private final @Nullable Watch watch;

    /** Hears of every request that is dealt, on the thread that asks. Thread-safe; takes no time worth naming. */
    public interface Watch {
        /** A request of a unit, whose {@link TrafficSplit#bitsOf bits} these are. */
        void unit(long bits);

        /** A request without a unit. */
        void nobody();
    }

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

    private TrafficSplit(List<Arm> arms, String salt, @Nullable Watch watch) {
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
        this.watch = watch;
        this.salted = hash(BEGIN, salt);
        this.upper = new long[arms.size()];
        double total = 0;
        for (Arm arm : arms) {
            total += arm.weight();
        }
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
        return new TrafficSplit(List.of(new Arm(version, 1)), "", null);
    }

    public static TrafficSplit of(List<Arm> arms) {
        return new TrafficSplit(arms, "", null);
    }

    /** This split with one more version: all earlier shares shrink in proportion. */
    public TrafficSplit and(VersionRef version, double weight) {
        List<Arm> more = new ArrayList<>(arms);
        more.add(new Arm(version, weight));
        return new TrafficSplit(more, salt, null);
    }

    /** The same shares, dealt anew: units meet another version with another salt. Default is the empty salt. */
    public TrafficSplit salt(String newSalt) {
        return new TrafficSplit(arms, newSalt, null);
    }

    /** The same split, of which every request that it deals is told; splits made from it are not watched. */
    public TrafficSplit watched(Watch by) {
        return new TrafficSplit(arms, salt, by);
    }

    public List<Arm> arms() {
        return arms;
    }

    /** Index of the arm for a unit; the same at every call, in every JVM. */
    public int armOf(String unitId) {
        long bits = bitsOf(unitId);
        if (watch != null) {
            watch.unit(bits);
        }
        return armOfBits(bits);
    }

    /** The 64 bits that a unit is dealt by: of n units some two share theirs with a probability of about n² / 2⁶⁵. */
    public long bitsOf(String unitId) {
        return mix(hash(salted, unitId));
    }

    /** Index of the arm for 64 uniformly distributed bits. */
    public int armOf(long bits) {
        if (watch != null) {
            watch.nobody();
        }
        return armOfBits(bits);
    }

    /** Index of the arm for 64 bits, such as {@link #bitsOf} a unit; no request, so nobody is told. */
    public int armOfBits(long bits) {
        long draw = bits & Long.MAX_VALUE;
        int arm = 0;
        while (draw > upper[arm]) {
            arm++;
        }
        return arm;
    }

    /** Four units at a time, since each step waits for the one before. */
    private static long hash(long before, String text) {
        long h = before;
        int length = text.length();
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            h = step(
                    h,
                    text.charAt(at)
                            | (long) text.charAt(at + 1) << 16
                            | (long) text.charAt(at + 2) << 32
                            | (long) text.charAt(at + 3) << 48);
        }
        if (at < length) {
            long rest = 0;
            for (int shift = 0; at < length; at++, shift += 16) {
                rest |= (long) text.charAt(at) << shift;
            }
            h = step(h, rest);
        }
        return h ^ length;
    }

    private static long step(long hash, long word) {
        long h = (hash ^ word) * FACTOR;
        return h ^ (h >>> 32);
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
