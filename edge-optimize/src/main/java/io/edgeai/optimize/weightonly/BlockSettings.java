package io.edgeai.optimize.weightonly;

import io.edgeai.core.error.InvalidInputException;
import java.util.Set;

/**
 * Choices of a quantization in blocks.
 *
 * @param bits 4 or 8; default 4
 * @param blockSize weights that share a scale: 16, 32, 64, 128 or 256; default 32
 * @param asymmetric whether each block has a zero point too: more exact, 1/64 larger; default false
 * @param method how levels are chosen; default {@link BlockMethod#ROUND}
 * @param integerProducts whether the engine may round activations to 8 bits for speed (its accuracy level 4) or must
 *     multiply floats; default true
 * @param embeddings whether embedding tables are held in blocks as well; default true
 * @param leastElements matrices with fewer weights stay float; default 4096
 * @param keepFloat first outputs of nodes that must stay float
 */
public record BlockSettings(
        int bits,
        int blockSize,
        boolean asymmetric,
        BlockMethod method,
        boolean integerProducts,
        boolean embeddings,
        int leastElements,
        Set<String> keepFloat) {
    public BlockSettings {
        if (bits != 4 && bits != 8) {
            throw new InvalidInputException("bits (" + bits + ") must be 4 or 8.");
        }
        if (blockSize < 16 || blockSize > 256 || Integer.bitCount(blockSize) != 1) {
            throw new InvalidInputException(
                    "blockSize (" + blockSize + ") must be 16, 32, 64, 128 or 256. Maybe 32 fits.");
        }
        if (leastElements < 1) {
            throw new InvalidInputException("leastElements (" + leastElements + ") must be at least 1.");
        }
        keepFloat = Set.copyOf(keepFloat);
    }

    /** 4 bits, symmetric, blocks of 32, nearest level. */
    public static BlockSettings defaults() {
        return new BlockSettings(4, 32, false, BlockMethod.ROUND, true, true, 4096, Set.of());
    }

    /** For instance {@code "INT4 blocks of 32, GPTQ"}. */
    public String inWords() {
        String way =
                switch (method) {
                    case ROUND -> "";
                    case HALF_QUADRATIC -> ", half-quadratic";
                    case GPTQ -> ", GPTQ";
                };
        return "INT" + bits + " blocks of " + blockSize + way + (asymmetric ? ", asymmetric" : "");
    }

    public BlockSettings bits(int count) {
        return new BlockSettings(
                count, blockSize, asymmetric, method, integerProducts, embeddings, leastElements, keepFloat);
    }

    public BlockSettings blockSize(int weights) {
        return new BlockSettings(
                bits, weights, asymmetric, method, integerProducts, embeddings, leastElements, keepFloat);
    }

    public BlockSettings asymmetric(boolean zeroPoints) {
        return new BlockSettings(
                bits, blockSize, zeroPoints, method, integerProducts, embeddings, leastElements, keepFloat);
    }

    public BlockSettings method(BlockMethod way) {
        return new BlockSettings(
                bits, blockSize, asymmetric, way, integerProducts, embeddings, leastElements, keepFloat);
    }

    public BlockSettings integerProducts(boolean allowed) {
        return new BlockSettings(bits, blockSize, asymmetric, method, allowed, embeddings, leastElements, keepFloat);
    }

    public BlockSettings embeddings(boolean inBlocks) {
        return new BlockSettings(
                bits, blockSize, asymmetric, method, integerProducts, inBlocks, leastElements, keepFloat);
    }

    public BlockSettings leastElements(int count) {
        return new BlockSettings(bits, blockSize, asymmetric, method, integerProducts, embeddings, count, keepFloat);
    }

    public BlockSettings keepFloat(Set<String> outputs) {
        return new BlockSettings(
                bits, blockSize, asymmetric, method, integerProducts, embeddings, leastElements, outputs);
    }
}
