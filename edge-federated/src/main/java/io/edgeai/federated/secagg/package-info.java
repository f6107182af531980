/**
 * Secure aggregation: a server learns the sum of its participants' vectors and nothing else about them, though some drop out on the way (Bonawitz et al. 2017, Bell et al. 2020). {@link io.edgeai.federated.secagg.SecAggClient} and {@link io.edgeai.federated.secagg.SecAggServer} take messages and give messages; how these travel is not their concern.
 */
@NullMarked
package io.edgeai.federated.secagg;

import org.jspecify.annotations.NullMarked;
