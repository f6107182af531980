package io.edgeai.federated.data;

/**
 * Deals samples out to participants. Implementations are stateless: the same set, count and seed give the same deal.
 */
@FunctionalInterface
public interface Partitioner {
    /**
     * Positions of the samples of each participant; every sample goes to exactly one, every participant gets at least
     * one.
     *
     * @throws io.edgeai.core.error.InvalidInputException where there are fewer samples than participants
     */
    int[][] split(LabelledSet set, int participants, long seed);

    /** Shuffled and dealt in equal parts (sizes differ by at most one). */
    static Partitioner iid() {
        return Partitions::iid;
    }

    /**
     * Sorted by label, cut into {@code participants × shards} equal pieces, {@code shards} random pieces each: the
     * non-IID split of McMahan et al. 2017 (there 2 shards).
     */
    static Partitioner labelShards(int shards) {
        return Partitions.labelShards(shards);
    }

    /**
     * Each class is dealt by proportions drawn from a symmetric Dirichlet distribution (Hsu et al. 2019). Small
     * {@code alpha} (0.1) gives participants few classes, large (100) nearly equal mixtures.
     */
    static Partitioner dirichlet(double alpha) {
        return Partitions.dirichlet(alpha);
    }

    /**
     * Shuffled, with sizes that fall as {@code rank^−exponent}: participant 0 is the largest. Exponent 0 is equal
     * sizes.
     */
    static Partitioner powerLaw(double exponent) {
        return Partitions.powerLaw(exponent);
    }
}
