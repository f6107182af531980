package io.edgeai.monitor.objective;

import java.time.Duration;
import java.util.List;

/**
 * When the allowance is used up too fast: its use, over what would last for the period, is at least {@code rate} in the long
 * window and still in the short one.
 *
 * @param rate 1 uses the allowance up just at the end of the period
 * @param longWindow tells that it matters
 * @param shortWindow tells that it goes on
 */
public record BurnRule(double rate, Duration longWindow, Duration shortWindow) {
    /**
     * The workbook's: 14.4 over 1 h and 5 min (2 % of a month's allowance), 6 over 6 h and 30 min (5 %), 1 over 3 days and
     * 6 h (10 %).
     */
    public static final List<BurnRule> WORKBOOK = List.of(
            new BurnRule(14.4, Duration.ofHours(1), Duration.ofMinutes(5)),
            new BurnRule(6, Duration.ofHours(6), Duration.ofMinutes(30)),
            new BurnRule(1, Duration.ofDays(3), Duration.ofHours(6)));
}
