package io.edgeai.federated.privacy;

/**
 * What one participant can change of all nodes of a binary tree over rounds together: the square of it, in clip norms. A node
 * over 2^l rounds holds at most ⌈2^l / separation⌉ of its updates, and no more than it sends; the nodes of one level hold each
 * update once. So a level changes most where its updates are as close together as they may be; the bound takes that of each
 * level, which need not be possible on all levels at once.
 */
final class TreeSensitivity {
    private TreeSensitivity() {}

    /**
     * @param steps length of the stream
     * @param times most steps to which one participant contributes
     * @param separation from one of its steps to the next at least; 1 for none
     */
    static double squared(int steps, int times, int separation) {
        long most = Math.min(times, (steps + (long) separation - 1) / separation);
        double squares = 0;
        for (long length = 1; length <= steps; length *= 2) {
            long together = Math.min(most, (length + separation - 1) / separation);
            long full = most / together;
            double rest = most % together;
            squares += full * (double) together * together + rest * rest;
        }
        return squares;
    }
}
