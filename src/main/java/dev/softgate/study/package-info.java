/**
 * Questions to trained networks: how accurate they are on a split, which labels they contradict,
 * how much computation they can skip, and which layers store what they memorized.
 *
 * <p>A study opens a network ({@link dev.softgate.run.TrainedNetwork}), evaluates it on images
 * ({@link dev.softgate.study.EvaluationImages}) and returns figures; most also write a table into
 * the run's folder. Start with {@link dev.softgate.study.SplitEvaluation}, then {@link
 * dev.softgate.study.LabelStudy} and {@link dev.softgate.study.SkipStudy}.
 */
@NullMarked
package dev.softgate.study;

import org.jspecify.annotations.NullMarked;
