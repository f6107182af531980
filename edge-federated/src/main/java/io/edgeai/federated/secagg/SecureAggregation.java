package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;

/**
 * How a federation adds up updates without seeing one.
 *
 * @param minimumSurvivors fewer updates than that are never added up, at least 2
 * @param range largest change of one parameter that can be told where no clip norm says so; larger ones are cut off
 * @param coding how vectors are made smaller; default they are not
 * @param norm of a coded sum's longest update, by Euclid, where no clip norm says so; longer ones are shortened
 * @param groupSize participants of each of several sums, over whose means the strategy's robust rule is applied; 0 for one sum
 *     of all
 */
public record SecureAggregation(int minimumSurvivors, double range, SumCoding coding, double norm, int groupSize) {
    public SecureAggregation {
        if (groupSize != 0 && groupSize < minimumSurvivors) {
            throw new InvalidInputException("Groups of (" + groupSize + ") participants never have the ("
                    + minimumSurvivors + ") survivors that a sum needs. Maybe make them larger.");
        }
        if (minimumSurvivors < 2) {
            throw new InvalidInputException("minimumSurvivors (" + minimumSurvivors + ") must be at least 2.");
        }
        if (!(range > 0 && range <= 1e6)) {
            throw new InvalidInputException("range (" + range + ") must be above 0 to 1e6.");
        }
        if (!(norm > 0 && norm <= 1e9)) {
            throw new InvalidInputException("norm (" + norm + ") of an update must be above 0 to 1e9.");
        }
    }

    /** One sum of all. */
    public SecureAggregation(int minimumSurvivors, double range, SumCoding coding, double norm) {
        this(minimumSurvivors, range, coding, norm, 0);
    }

    /** Of vectors as they are, 4 bytes a value. */
    public SecureAggregation(int minimumSurvivors, double range) {
        this(minimumSurvivors, range, SumCoding.none(), 1);
    }

    /**
     * Values in fewer bits, as one participant's; on their way they take as many more as the sum of all needs: 8 bits become
     * 15 with 100 participants, 4 become 11.
     *
     * @param bits 2 to 16
     * @param share of the coordinates, another one in each round, above 0 to 1
     * @param longest update, by Euclid, where no clip norm says so: somewhat above the usual, since what is longer is
     *     shortened, and the error grows with it
     */
    public SecureAggregation coded(int bits, double share, double longest) {
        return new SecureAggregation(minimumSurvivors, range, new SumCoding(bits, share), longest, groupSize);
    }

    /**
     * Several sums instead of one: in each round participants are dealt out to random groups, each group is summed by a run of
     * the protocol of its own, and the strategy's aggregator is applied to the groups' means. Participants that send
     * poisoned vectors spoil at most as many groups as they are, and the rule withstands a minority of spoilt groups. The
     * coordinator learns each group's sum: an update hides among {@code minimumSurvivors} at least, not among all.
     *
     * @param participants of a group at least, no fewer than {@code minimumSurvivors}; those more that a group may lose
     */
    public SecureAggregation grouped(int participants) {
        if (participants < 2) {
            throw new InvalidInputException(
                    "Groups of (" + participants + ") participants hide nobody. Maybe take 5 or more.");
        }
        return new SecureAggregation(minimumSurvivors, range, coding, norm, participants);
    }

    /** Whether sums are of groups. */
    public boolean grouped() {
        return groupSize > 0;
    }

    /** 3 survivors, changes of at most 8. */
    public static SecureAggregation defaults() {
        return new SecureAggregation(3, 8);
    }

    /** {@link #defaults()} with another number of survivors. */
    public static SecureAggregation of(int minimumSurvivors) {
        return new SecureAggregation(minimumSurvivors, 8);
    }
}
