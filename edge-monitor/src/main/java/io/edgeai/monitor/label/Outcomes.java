package io.edgeai.monitor.label;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.metric.Share;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * Which answers were right and which were wrong, in the order in which that became known. Of more than 100,000 the first are
 * kept in order and all are counted. Not thread-safe.
 */
public final class Outcomes {
    /** Kept in order. */
    public static final int MOST = 100_000;

    private final BitSet wrong = new BitSet();
    private long right;
    private long total;

    /** In an order drawn at random: of answers that do not depend on each other every order is as likely. */
    public static Outcomes drawn(long correct, long total, RandomGenerator random) {
        if (total < 0 || correct < 0 || correct > total) {
            throw new InvalidInputException("Correct answers (" + correct + ") are not in 0 to total (" + total + ").");
        }
        Outcomes drawn = new Outcomes();
        long rightLeft = correct;
        for (long left = total; left > total - MOST && left > 0; left--) {
            boolean isRight = random.nextLong(left) < rightLeft;
            drawn.add(isRight);
            rightLeft -= isRight ? 1 : 0;
        }
        drawn.right = correct;
        drawn.total = total;
        return drawn;
    }

    void add(boolean isRight) {
        if (!isRight && total < MOST) {
            wrong.set((int) total);
        }
        right += isRight ? 1 : 0;
        total++;
    }

    /** How many were right, of how many. */
    public Share share() {
        return new Share(right, total);
    }

    /** How many are kept in order. */
    public int size() {
        return (int) Math.min(MOST, total);
    }

    /** Whether one was wrong, the first being 0. */
    public boolean wrong(int index) {
        return wrong.get(index);
    }
}
