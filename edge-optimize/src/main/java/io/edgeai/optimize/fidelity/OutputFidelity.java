package io.edgeai.optimize.fidelity;

/**
 * How far one output of a derived model is from the original's.
 *
 * @param output its name
 * @param maxAbsError largest absolute difference
 * @param meanAbsError mean absolute difference
 * @param sqnrDb 10·log10(signal power / error power); {@link Double#POSITIVE_INFINITY} where equal
 * @param cosine cosine similarity of all values; 1 where both are zero
 * @param topOneAgreement share of rows (along the last axis) whose largest value is at the same place; 1 for rows of one
 * @param notFinite values of the derived model that are NaN or infinite where the original's is not
 */
public record OutputFidelity(
        String output,
        double maxAbsError,
        double meanAbsError,
        double sqnrDb,
        double cosine,
        double topOneAgreement,
        long notFinite) {}
