package io.edgeai.monitor.dashboard;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.window.Tier;

/** How far back the page looks. */
enum Range {
    HOUR(Tier.FINE),
    DAY(Tier.COARSE),
    MONTH(Tier.LONG);

    private final Tier tier;

    Range(Tier tier) {
        this.tier = tier;
    }

    Tier tier() {
        return tier;
    }

    static Range of(String name) {
        return switch (name) {
            case "", "hour" -> HOUR;
            case "day" -> DAY;
            case "month" -> MONTH;
            default ->
                throw new InvalidInputException(
                        "Range (" + name + ") is none of hour, day, month. Maybe leave it out for an hour.");
        };
    }
}
