/**
 * How good a model is where the data are: every participant measures it on data of its own, and the coordinator sees figures
 * instead of samples. Means hide who is served badly, so the summary also says how the worst are doing.
 */
@NullMarked
package io.edgeai.federated.evaluation;

import org.jspecify.annotations.NullMarked;
