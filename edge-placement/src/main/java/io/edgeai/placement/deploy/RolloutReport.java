package io.edgeai.placement.deploy;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a roll-out ended.
 *
 * @param status how
 * @param reason why it was rolled back; empty where it was not
 * @param sites how each site stands
 * @param sent what was sent in this run, by site
 */
public record RolloutReport(
        Status status, String reason, SortedMap<String, SiteState> sites, Map<String, Transfer> sent) {
    /** How a roll-out ends. */
    public enum Status {
        /** Every site within the failure budget runs what it should. */
        COMPLETED,
        /** More sites failed than the budget allows, a gate said no, or it was cancelled; what was done is undone. */
        ROLLED_BACK
    }

    /** How a site stands. */
    public enum SiteState {
        /** Runs the new releases. */
        DONE,
        /** Was not touched. */
        UNTOUCHED,
        /** Failed and runs what it ran before. */
        RESTORED,
        /** Could not be reached to be put back; running the roll-out again tries it again. */
        LOST
    }

    public RolloutReport {
        sites = new TreeMap<>(sites);
        sent = Map.copyOf(sent);
    }

    public boolean completed() {
        return status == Status.COMPLETED;
    }

    /** Bytes sent to all sites in this run. */
    public long sentBytes() {
        return sent.values().stream().mapToLong(Transfer::sentBytes).sum();
    }

    /** How many sites stand so. */
    public long count(SiteState state) {
        return sites.values().stream().filter(each -> each == state).count();
    }
}
