package io.edgeai.optimize.search;

import io.edgeai.core.error.InvalidInputException;
import java.util.Locale;
import java.util.Optional;

/**
 * What a candidate must satisfy. Limits that do not bind have the values of {@link #NONE}.
 *
 * @param accuracyFloor least accuracy as a share of the original's, 0 to 1
 * @param agreementFloor least share of equal best classes, 0 to 1
 * @param sqnrFloorDb least signal-to-error ratio of every output in decibels
 * @param slowest least speedup
 * @param maxBytes largest file
 * @param maxMicros largest median latency in microseconds
 * @param maxMemoryBytes largest estimate of memory
 */
public record Constraints(
        double accuracyFloor,
        double agreementFloor,
        double sqnrFloorDb,
        double slowest,
        long maxBytes,
        double maxMicros,
        long maxMemoryBytes) {
    /** Ratio of speeds below which a difference is taken for noise of the measurement. */
    public static final double NOISE = 1.03;

    /** No limit at all. */
    public static final Constraints NONE = new Constraints(
            0, 0, Double.NEGATIVE_INFINITY, 0, Long.MAX_VALUE, Double.POSITIVE_INFINITY, Long.MAX_VALUE);

    public Constraints {
        if (!(accuracyFloor >= 0 && accuracyFloor <= 1) || !(agreementFloor >= 0 && agreementFloor <= 1)) {
            throw new InvalidInputException("accuracyFloor (" + accuracyFloor + ") and agreementFloor ("
                    + agreementFloor + ") must be 0 to 1. Maybe write 0.99 for 99 %.");
        }
        if (maxBytes < 1 || !(maxMicros > 0) || maxMemoryBytes < 1) {
            throw new InvalidInputException("maxBytes (" + maxBytes + "), maxMicros (" + maxMicros
                    + ") and maxMemoryBytes (" + maxMemoryBytes + ") must be positive.");
        }
    }

    /** These limits with another least signal-to-error ratio in decibels. */
    public Constraints sqnrFloor(double db) {
        return new Constraints(accuracyFloor, agreementFloor, db, slowest, maxBytes, maxMicros, maxMemoryBytes);
    }

    /** Whether the answers are right enough. Where not, a gentler candidate may be; where so, it is no faster or smaller. */
    public boolean rightEnough(Figures figures) {
        return !(figures.accuracy() < accuracyFloor * figures.accuracyBefore())
                && !(figures.agreement() < agreementFloor)
                && !(figures.sqnrDb() < sqnrFloorDb);
    }

    /** The first limit that is missed, with both figures; empty where all hold. Figures not measured miss nothing. */
    public Optional<String> missed(Figures figures) {
        if (figures.accuracy() < accuracyFloor * figures.accuracyBefore()) {
            return missed(
                    "accuracy %.4f is below %.4f, the floor of %.4f of the original's %.4f",
                    figures.accuracy(),
                    accuracyFloor * figures.accuracyBefore(),
                    accuracyFloor,
                    figures.accuracyBefore());
        }
        if (figures.agreement() < agreementFloor) {
            return missed(
                    "its best class is the original's for %.4f of the samples, less than %.4f",
                    figures.agreement(), agreementFloor);
        }
        if (figures.sqnrDb() < sqnrFloorDb) {
            return missed(
                    "an output's signal is only %.1f dB above its error, less than %.1f dB",
                    figures.sqnrDb(), sqnrFloorDb);
        }
        if (figures.bytes() > maxBytes) {
            return missed("its %d bytes are more than %d", figures.bytes(), maxBytes);
        }
        if (figures.memoryBytes() > maxMemoryBytes) {
            return missed("it needs about %d bytes of memory, more than %d", figures.memoryBytes(), maxMemoryBytes);
        }
        if (figures.speedup() < slowest) {
            return missed("it is slower than the original (%.2f×)", figures.speedup());
        }
        if (figures.p50Micros() > maxMicros) {
            return missed("its median of %.1f µs is above %.1f µs", figures.p50Micros(), maxMicros);
        }
        return Optional.empty();
    }

    /**
     * Why a candidate brings too little to replace the original; empty where it brings enough: 3 % of speed, or a tenth
     * and {@code leastBytes} of the size.
     */
    public static Optional<String> tooLittle(Figures figures, long leastBytes) {
        long saved = figures.bytesBefore() - figures.bytes();
        boolean faster = figures.speedup() >= NOISE;
        boolean smaller = saved >= leastBytes && saved * 10 >= figures.bytesBefore();
        if (faster || smaller) {
            return Optional.empty();
        }
        return saved < 0
                ? missed(
                        "its file is larger (%d bytes instead of %d, since the original generates its weights or is tiny)"
                                + " and it is not faster",
                        figures.bytes(), figures.bytesBefore())
                : missed("it is not faster (%.2f×) and saves only %d bytes", figures.speedup(), saved);
    }

    private static Optional<String> missed(String pattern, Object... values) {
        return Optional.of(String.format(Locale.ROOT, pattern, values));
    }
}
