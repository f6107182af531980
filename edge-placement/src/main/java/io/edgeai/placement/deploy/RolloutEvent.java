package io.edgeai.placement.deploy;

/**
 * Something a roll-out did.
 *
 * @param kind what
 * @param site where; empty where it concerns all
 * @param wave in which wave, from 1; 0 outside of waves
 * @param detail more of it for people; may be empty
 */
public record RolloutEvent(Kind kind, String site, int wave, String detail) {
    /** What may happen. */
    public enum Kind {
        /** A site has all its artifacts. */
        FETCHED,
        /** A site runs its new releases and answers. */
        DONE,
        /** A site's new releases, which had a part of the requests, get all of them. */
        PROMOTED,
        /** A site could not be brought to answer, and was put back as far as it could be reached. */
        FAILED,
        /** All sites of a wave were tried and those done still answer. */
        WAVE,
        /** The roll-out waits until it is told to go on. */
        PAUSED,
        /** Everything done is being undone. */
        ROLLING_BACK,
        /** A site runs what it ran before. */
        RESTORED,
        /** A site could not be reached to be put back. */
        LOST
    }
}
